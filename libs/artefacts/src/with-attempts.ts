import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from './context.js';
import { PassingFailure, UnreachableArtefactError } from './errors.js';

const MAX_DELAY_MS = 10_000;

/** Repeats what fails in passing, with growing pauses, a bounded number of times. */
export async function withAttempts<T>(
  { uri, limits, signal }: Pick<Context, 'uri' | 'limits' | 'signal'>,
  work: () => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      signal?.throwIfAborted();
      return await work();
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof PassingFailure)) throw error;
      if (attempt >= limits.maxAttempts) {
        const got = `${error.message} at the last of ${attempt} attempts`;
        throw new UnreachableArtefactError(uri.shown, 'answer', 'complete', got, { cause: error });
      }
      await sleep(Math.min(limits.retryDelayMs * 2 ** (attempt - 1), MAX_DELAY_MS), undefined, { signal });
    }
  }
}
