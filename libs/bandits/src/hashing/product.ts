/** By name, since inside a vm context (as in Jest) every look-up of a global costs a call. */
const { imul } = Math;

/** The high half of the 64-bit product of two unsigned 32-bit numbers, by 16-bit limbs. */
function highOfProduct(a: number, b: number): number {
  const a0 = a & 0xffff;
  const a1 = a >>> 16;
  const b0 = b & 0xffff;
  const b1 = b >>> 16;
  const cross = (imul(a1, b0) >>> 0) + (imul(a0, b0) >>> 16);
  const middle = (imul(a0, b1) >>> 0) + (cross & 0xffff);
  return imul(a1, b1) + (cross >>> 16) + (middle >>> 16);
}

/** The high half of (high, low) times (byHigh, byLow) modulo 2^64. The low half is `imul(low, byLow)`. */
export function productHigh(high: number, low: number, byHigh: number, byLow: number): number {
  return (highOfProduct(low, byLow) + imul(high, byLow) + imul(low, byHigh)) | 0;
}

/** What the low halves carry over: `sum` is the low half of the sum, `term` that of either term. */
export function carry(sum: number, term: number): number {
  return sum >>> 0 < term >>> 0 ? 1 : 0;
}
