/** As many dimensions as numpy has. */
const MAX_RANK = 32;
/** Rows that hold nothing cost memory without a single value in the message. */
const MAX_EMPTY_ROWS = 10_000;

export function isShape(shape: unknown): shape is readonly number[] {
  return Array.isArray(shape) && shape.every((length) => Number.isSafeInteger(length) && length >= 0);
}

/** The number of values of a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** Why `length` values cannot have this shape; null where they can. */
export function shapeProblem(shape: readonly number[], length: number): string | null {
  if (!isShape(shape) || shape.length > MAX_RANK) {
    return `shape must have at most ${MAX_RANK} whole numbers, none below 0`;
  }
  const size = sizeOf(shape);
  if (size !== length) return `shape [${shape}] needs ${size} values, got ${length}`;
  if (size === 0 && sizeOf(shape.slice(0, shape.indexOf(0))) > MAX_EMPTY_ROWS) {
    return `shape [${shape}] has more than ${MAX_EMPTY_ROWS} empty rows`;
  }
  return null;
}
