import { Logger } from '@nestjs/common';

const QUIET_MS = 60_000;

/** Warns of what may happen with every request, at most once a minute. */
export class RareWarning {
  private readonly logger: Logger;
  private warnedAt = Number.NEGATIVE_INFINITY;

  constructor(context: string) {
    this.logger = new Logger(context);
  }

  /** `text` is called only where it is going to be read. */
  warn(text: () => string): void {
    const now = Date.now();
    if (now - this.warnedAt < QUIET_MS) return;
    this.warnedAt = now;
    this.logger.warn(text());
  }
}
