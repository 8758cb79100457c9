/** An array of arrays of ... of values, all of one length at each depth. */
export interface Grid {
  readonly shape: readonly number[];
  /** Row after row. */
  readonly values: readonly unknown[];
}

/** No array library has more dimensions, and no stack should be as deep as a client likes. */
export const MAX_DIMENSIONS = 32;

/** Null where the arrays have different lengths or too many dimensions. */
export function gridOf(nested: unknown): Grid | null {
  const shape: number[] = [];
  let values: readonly unknown[] = [nested];
  while (values.length > 0 && Array.isArray(values[0])) {
    const rows = values as readonly (readonly unknown[])[];
    const length = rows[0]!.length;
    if (
      shape.length === MAX_DIMENSIONS ||
      !rows.every((row) => Array.isArray(row) && row.length === length)
    ) {
      return null;
    }
    shape.push(length);
    values = rows.flat();
  }
  return values.some(Array.isArray) ? null : { shape, values };
}

/** The arrays that `shape` says, of its many values; without values an empty one, for a shape may be huge. */
export function nest({ shape, values }: Grid): unknown {
  const [length, ...inner] = shape;
  if (length === undefined) return values[0];
  if (values.length === 0) return [];
  if (inner.length === 0) return [...values];
  const step = values.length / length;
  return Array.from({ length }, (_, i) =>
    nest({ shape: inner, values: values.slice(i * step, (i + 1) * step) }),
  );
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}
