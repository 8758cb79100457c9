import { ConsoleLogger, Logger, type LogLevel } from '@nestjs/common';

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
