const FIRST_MS = 100;
const LONGEST_MS = 60_000;

/** Milliseconds to wait after so many failures in a row: doubled each time, up to a minute. */
export function backOff(failures: number): number {
  return Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures, 20));
}
