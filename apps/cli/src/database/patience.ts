import { setTimeout as sleep } from 'node:timers/promises';
import { isStoreUnavailable } from '#storage';
import { messageOf } from '../failure.js';

const PAUSE_MS = 500;

/** The database lacks migrations or rights that somebody else was to bring. */
export class NotUpToDateError extends Error {
  override readonly name = 'NotUpToDateError';

  constructor(
    readonly seconds: number,
    /** What it was the last time. */
    readonly missing: string,
  ) {
    super(`the database is not up to date${seconds > 0 ? `, for ${seconds} seconds` : ''}; ${missing}`);
  }
}

/** Tries again and again, for some seconds, and says what it waits for whenever that changes. */
export class Patience {
  private readonly until: number;
  private said = '';

  constructor(
    private readonly seconds: number,
    private readonly progress: (line: string) => void,
  ) {
    this.until = performance.now() + seconds * 1000;
  }

  /** What `work` returns once Postgres can be reached. Throws its error where that is another, or for want of time. */
  async reached<T>(work: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (!isStoreUnavailable(error) || this.isOver) throw error;
        await this.pause(`Postgres does not answer: ${messageOf(error)}`);
      }
    }
  }

  /** Returns once nothing is missing. Throws `NotUpToDateError`. */
  async complete(look: () => Promise<readonly string[]>): Promise<void> {
    for (;;) {
      const missing = await this.reached(look);
      if (missing.length === 0) return;
      const text = `missing: ${missing.join(', ')}`;
      if (this.isOver) throw new NotUpToDateError(this.seconds, text);
      await this.pause(text);
    }
  }

  private get isOver(): boolean {
    return performance.now() >= this.until;
  }

  private async pause(reason: string): Promise<void> {
    if (reason !== this.said) this.progress(`waiting, ${reason}`);
    this.said = reason;
    await sleep(PAUSE_MS);
  }
}
