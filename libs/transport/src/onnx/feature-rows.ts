import { excerpt } from '#protocol';
import { type Payload, UnreadablePayloadError } from '#sdk';

/** Keeps one request from occupying the process for long. */
const MAX_ROWS = 10_000;

export interface FeatureRows {
  /** Row after row. */
  readonly values: Float32Array;
  readonly rows: number;
  readonly columns: number;
}

/** The request's rows as the model takes them; `columns` is undefined where the model takes any number. */
export function featureRows({ value, names }: Payload, columns: number | undefined): FeatureRows {
  if (!Array.isArray(value) || value.length === 0) {
    throw new UnreadablePayloadError('expected data with at least one row of numbers');
  }
  if (value.length > MAX_ROWS) {
    throw new UnreadablePayloadError(`expected at most ${MAX_ROWS} rows, got ${value.length}`);
  }
  const width = columns ?? (Array.isArray(value[0]) ? value[0].length : 0);
  // Before there is memory for all of them: it would be the first row's length times their number.
  value.forEach((row, i) => {
    checkWidth(row, i, width);
  });
  const values = new Float32Array(value.length * width);
  value.forEach((row, i) => {
    fill(values, row, i, names);
  });
  return { values, rows: value.length, columns: width };
}

function checkWidth(row: unknown, index: number, width: number): void {
  if (!Array.isArray(row)) {
    throw new UnreadablePayloadError(
      `row ${index}: expected an array of ${width} numbers, got ${excerpt(row)}`,
    );
  }
  if (row.length !== width) {
    throw new UnreadablePayloadError(`row ${index}: expected ${width} columns, got ${row.length}`);
  }
}

function fill(values: Float32Array, row: readonly unknown[], index: number, names: readonly string[]): void {
  row.forEach((value, column) => {
    if (typeof value !== 'number' || !Number.isFinite(Math.fround(value))) {
      const name = names[column] === undefined ? '' : ` (${names[column]})`;
      const got = excerpt(value);
      throw new UnreadablePayloadError(
        `row ${index}, column ${column}${name}: expected a 32-bit number, got ${got}`,
      );
    }
    values[index * row.length + column] = value;
  });
}
