const SHORTEST_MS = 500;
/** Asking in vain takes a while by itself. */
const SHORTEST_IN_VAIN_MS = 3_000;
const LONGEST_MS = 30_000;
const PART = 1 / 20;

/**
 * Milliseconds after which engines are asked again: the longer a change takes, the more seldom. `left`: how long those
 * that cannot be asked are still waited for; null where all can be.
 */
export function pauseAfter(since: number, left: number | null): number {
  const growing = Math.min(LONGEST_MS, since * PART);
  if (left === null) return Math.max(SHORTEST_MS, growing);
  const pause = Math.max(SHORTEST_IN_VAIN_MS, growing);
  return left > 0 ? Math.max(SHORTEST_MS, Math.min(pause, left)) : pause;
}
