import { Injectable, Logger } from '@nestjs/common';

const QUIET_MS = 10_000;

/** Logs a recurring problem at most once in a while, with how often it was left out in between. */
@Injectable()
export class LimitedLog {
  private readonly logger = new Logger('Trainer');
  private readonly subjects = new Map<string, { until: number; leftOut: number }>();

  warn(subject: string, error: unknown): void {
    const now = Date.now();
    const known = this.subjects.get(subject);
    if (known !== undefined && now < known.until) {
      known.leftOut++;
      return;
    }
    const repeated = known?.leftOut ? ` (and ${known.leftOut} times since it was last logged)` : '';
    this.subjects.set(subject, { until: now + QUIET_MS, leftOut: 0 });
    this.logger.warn(`${subject}: ${reasonOf(error)}${repeated}`);
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as { code?: unknown };
  return error.message || (typeof code === 'string' ? code : error.name);
}
