/**
 * The upper 52 bits of a 64-bit hash, given by its unsigned halves, strictly inside (0, 1). With 53 bits the
 * largest hashes would round to 1.
 */
export function unitInterval(high: number, low: number): number {
  return (high * 0x100000 + (low >>> 12) + 0.5) * 2 ** -52;
}
