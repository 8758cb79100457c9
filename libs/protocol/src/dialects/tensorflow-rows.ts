import { InvalidFieldError } from '../errors.js';
import { isObject } from './seldon-payload.js';

/** Bytes as TensorFlow Serving's JSON writes them: `{"b64": ...}`. */
export function isBinary(value: unknown): boolean {
  return isObject(value) && typeof value.b64 === 'string' && Object.keys(value).length === 1;
}

/** The columns of rows that are objects, by their names; null where the rows are values. Throws `InvalidFieldError`. */
export function columnsOf(rows: readonly unknown[], field: string): ReadonlyMap<string, unknown> | null {
  const first = rows[0];
  if (!isObject(first) || isBinary(first)) return null;
  return new Map(
    Object.keys(first).map((name) => [name, rows.map((row, i) => memberOf(row, name, `${field}[${i}]`))]),
  );
}

function memberOf(row: unknown, name: string, field: string): unknown {
  if (isObject(row) && row[name] !== undefined) return row[name];
  throw new InvalidFieldError(field, `an object with ${name}, as the first`, row);
}

/** The other way round: one array is its rows, several are objects. Throws `InvalidFieldError`. */
export function rowsOf(columns: ReadonlyMap<string, unknown>, field: string): readonly unknown[] {
  const arrays = Array.from(columns, ([name, array]) => rowsIn(array, `${field}.${name}`));
  const [first = []] = arrays;
  if (columns.size === 1) return first;
  const names = [...columns.keys()];
  const odd = arrays.findIndex(({ length }) => length !== first.length);
  if (odd >= 0)
    throw new InvalidFieldError(`${field}.${names[odd]}`, `${first.length} rows`, arrays[odd]!.length);
  return first.map((_, row) => Object.fromEntries(names.map((name, i) => [name, arrays[i]![row]])));
}

function rowsIn(array: unknown, field: string): readonly unknown[] {
  if (Array.isArray(array)) return array;
  throw new InvalidFieldError(field, 'of at least one dimension to become rows', array);
}
