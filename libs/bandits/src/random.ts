/** Draws uniformly from [0, 1). */
export type Random = () => number;

/** sfc32 (Chris Doty-Humphrey, PractRand): the same numbers for the same seed everywhere. Not for secrets. */
export function seeded(seed: number): Random {
  let a = 0;
  let b = seed | 0;
  let c = (seed / 0x100000000) | 0;
  let counter = 1;
  const next = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 0x100000000;
  };
  for (let i = 0; i < 12; i++) next();
  return next;
}
