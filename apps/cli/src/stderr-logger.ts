import { ConsoleLogger, Logger, type LogLevel } from '@nestjs/common';

/** Warns about several apps with a database in one process, which is what `up` is for. */
const BESIDE_THE_POINT = 'DataSourceNameRegistry';

/** Warnings and errors only, on stderr: stdout belongs to the command. */
class StderrLogger extends ConsoleLogger {
  protected override printMessages(
    messages: unknown[],
    context?: string,
    logLevel?: LogLevel,
    _stream?: 'stdout' | 'stderr',
    errorStack?: unknown,
    params?: Record<string, unknown>,
  ): void {
    if (context === BESIDE_THE_POINT) return;
    super.printMessages(messages, context, logLevel, 'stderr', errorStack, params);
  }
}

export const logger = new StderrLogger('switchyard', {
  logLevels: ['fatal', 'error', 'warn'],
  colors: process.stderr.isTTY === true,
});

export function useStderrLogger(): void {
  Logger.overrideLogger(logger);
}
