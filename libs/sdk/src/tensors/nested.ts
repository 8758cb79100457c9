export type Nested<T> = T | Nested<T>[];

/** Numbers in a regular grid, row after row. */
export interface Grid {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

/** The values as nested arrays of this shape, which must fit; a shape without dimensions gives the only value. */
export function nest<T>(values: readonly T[], [length, ...inner]: readonly number[]): Nested<T> {
  if (length === undefined) return values[0]!;
  if (inner.length === 0) return values.slice();
  const step = values.length / length;
  return Array.from({ length }, (_, i) => nest(values.slice(i * step, (i + 1) * step), inner));
}

/** Null where the rows are not numbers in a regular grid. */
export function gridOf(rows: readonly unknown[]): Grid | null {
  const shape = shapeAlongFirst(rows);
  const values: number[] = [];
  return gather(rows, shape, 0, values) ? { shape, values } : null;
}

function shapeAlongFirst(rows: unknown): number[] {
  const shape: number[] = [];
  for (let inner = rows; Array.isArray(inner); inner = inner[0]) shape.push(inner.length);
  return shape;
}

/** False at the first item that is no number, or at another depth or length than the first of its kind. */
function gather(item: unknown, shape: readonly number[], depth: number, values: number[]): boolean {
  if (depth < shape.length) {
    if (!Array.isArray(item) || item.length !== shape[depth]) return false;
    return item.every((inner) => gather(inner, shape, depth + 1, values));
  }
  if (typeof item !== 'number') return false;
  values.push(item);
  return true;
}
