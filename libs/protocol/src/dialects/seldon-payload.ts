import { InvalidFieldError } from '../errors.js';
import { gridOf, nest, sizeOf } from './arrays.js';
import type { DataKind, SeldonValue } from './dialect.js';

/** What a SeldonMessage carries, whichever way it is written. `array` is nested; `binary` is base64. */
export type SeldonPayload =
  | { readonly form: 'array'; readonly value: readonly unknown[]; readonly names: readonly string[] }
  | { readonly form: 'text'; readonly value: string }
  | { readonly form: 'binary'; readonly value: string }
  | { readonly form: 'json'; readonly value: unknown };

/** Throws `InvalidFieldError`. */
export function payloadOf(message: SeldonValue): SeldonPayload {
  const { data, strData, binData, jsonData } = message;
  if (data !== undefined) return arrayOf(data);
  if (jsonData !== undefined) return { form: 'json', value: jsonData };
  if (typeof strData === 'string') return { form: 'text', value: strData };
  if (typeof binData === 'string') return { form: 'binary', value: binData };
  throw new InvalidFieldError('the message', 'one of data, strData, jsonData, binData', Object.keys(message));
}

export function dataKindOf({ data }: SeldonValue): DataKind {
  return isObject(data) && data.tensor !== undefined ? 'tensor' : 'ndarray';
}

function arrayOf(data: unknown): SeldonPayload {
  const { names, ndarray, tensor } = objectAt('data', data);
  const columns = Array.isArray(names) ? names.map(String) : [];
  if (Array.isArray(ndarray)) return { form: 'array', value: ndarray, names: columns };
  const { shape, values } = objectAt('data.ndarray or data.tensor', tensor);
  const list = Array.isArray(values) ? values : [];
  if (isShape(shape) && sizeOf(shape) === list.length) {
    return { form: 'array', value: nest({ shape, values: list }) as unknown[], names: columns };
  }
  throw new InvalidFieldError('data.tensor.shape', `the shape of its ${list.length} values`, shape);
}

/** `data` as it is asked for; a tensor only where there are nothing but numbers in it. */
export function arrayMessage(value: unknown, names: readonly string[], kind: DataKind): SeldonValue {
  const rows = Array.isArray(value) ? value : [value];
  const grid = kind === 'tensor' ? gridOf(rows) : null;
  return grid?.values.every((item) => typeof item === 'number')
    ? { data: { names, tensor: grid } }
    : { data: { names, ndarray: rows } };
}

/**
 * Arrays by name as one message: a single one as it is, columns of one length as a table with their names, all else as
 * jsonData. `wanted` picks one of them; throws `InvalidFieldError` under `field` where it is not there.
 */
export function namedArrays(
  arrays: ReadonlyMap<string, unknown>,
  {
    kind,
    wanted,
    field,
  }: { readonly kind: DataKind; readonly wanted?: string | undefined; readonly field: string },
): SeldonValue {
  if (wanted !== undefined) {
    if (!arrays.has(wanted)) throw new InvalidFieldError(field, `one called ${wanted}`, [...arrays.keys()]);
    return arrayMessage(arrays.get(wanted), [], kind);
  }
  if (arrays.size === 1) return arrayMessage(arrays.values().next().value, [], kind);
  const table = tableOf(arrays);
  return table === null
    ? { jsonData: Object.fromEntries(arrays) }
    : arrayMessage(table, [...arrays.keys()], kind);
}

/** Null unless every array is a column of `n` or `n` times one values. */
function tableOf(arrays: ReadonlyMap<string, unknown>): unknown[][] | null {
  const columns = Array.from(arrays.values(), columnOf);
  const length = columns[0]?.length;
  if (!columns.every((column) => column !== null && column.length === length)) return null;
  return Array.from({ length: length ?? 0 }, (_, row) => columns.map((column) => column![row]));
}

function columnOf(array: unknown): readonly unknown[] | null {
  const { shape, values } = gridOf(array) ?? { shape: [], values: [] };
  return shape.length === 1 || (shape.length === 2 && shape[1] === 1) ? values : null;
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function objectAt(field: string, value: unknown): Readonly<Record<string, unknown>> {
  if (isObject(value)) return value;
  throw new InvalidFieldError(field, 'a JSON object', value);
}

export function isShape(shape: unknown): shape is readonly number[] {
  return Array.isArray(shape) && shape.every((length) => Number.isSafeInteger(length) && length >= 0);
}
