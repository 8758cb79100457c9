import { InvalidFieldError } from '../errors.js';
import { gridOf, MAX_DIMENSIONS, nest, sizeOf } from './arrays.js';
import { isObject, isShape, objectAt } from './seldon-payload.js';

/** One input or output of the Open Inference Protocol. */
export interface Tensor {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly number[];
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** Row after row when written; nested as well when read. */
  readonly data: readonly unknown[];
}

interface Datatype {
  /** As error messages say it. */
  readonly expected: string;
  readonly fits: (value: unknown) => boolean;
}

const BOOLEAN: Datatype = { expected: 'true or false', fits: (value) => typeof value === 'boolean' };
const TEXT: Datatype = { expected: 'a string', fits: (value) => typeof value === 'string' };
const NUMBER: Datatype = { expected: 'a number', fits: (value) => typeof value === 'number' };
/** Beyond 2^53 the numbers of JSON are not those that were written. */
const INTEGER: Datatype = { expected: 'an integer within ±2^53', fits: Number.isSafeInteger };
const NATURAL: Datatype = {
  expected: 'an integer from 0 to 2^53',
  fits: (value) => Number.isSafeInteger(value) && (value as number) >= 0,
};

const DATATYPES: ReadonlyMap<string, Datatype> = new Map([
  ['BOOL', BOOLEAN],
  ['BYTES', TEXT],
  ...['UINT8', 'UINT16', 'UINT32', 'UINT64'].map((name) => [name, NATURAL] as const),
  ...['INT8', 'INT16', 'INT32', 'INT64'].map((name) => [name, INTEGER] as const),
  ...['FP16', 'BF16', 'FP32', 'FP64'].map((name) => [name, NUMBER] as const),
]);

/** What numbers may be declared as. */
export const numericDatatypes: readonly string[] = [...DATATYPES.keys()].filter(
  (name) => name !== 'BOOL' && name !== 'BYTES',
);

/** Nested arrays by the names of their tensors, in order. Throws `InvalidFieldError`. */
export function readTensors(message: unknown, member: 'inputs' | 'outputs'): ReadonlyMap<string, unknown> {
  return new Map(
    tensorsIn(message, member).map(({ name, shape, data }) => [name, nest({ shape, values: data })]),
  );
}

/** The tensors of a message, their values row after row. Throws `InvalidFieldError`. */
export function tensorsIn(message: unknown, member: 'inputs' | 'outputs'): readonly Tensor[] {
  const tensors = objectAt('the message', message)[member];
  if (!Array.isArray(tensors) || tensors.length === 0) {
    throw new InvalidFieldError(member, 'a list of at least one tensor', tensors);
  }
  const names = new Set<string>();
  return tensors.map((tensor: unknown, index) => {
    const field = `${member}[${index}]`;
    const name = nameOf(tensor, field);
    if (names.has(name)) throw new InvalidFieldError(`${field}.name`, 'unlike those before it', name);
    names.add(name);
    return { name, ...readTensor(tensor as Readonly<Record<string, unknown>>, field) };
  });
}

function nameOf(tensor: unknown, field: string): string {
  const { name } = objectAt(field, tensor);
  if (typeof name === 'string' && name !== '') return name;
  throw new InvalidFieldError(`${field}.name`, 'a string that is not empty', name);
}

function readTensor(tensor: Readonly<Record<string, unknown>>, field: string): Omit<Tensor, 'name'> {
  const { datatype, shape, data, parameters } = tensor;
  const type = DATATYPES.get(datatype as string);
  if (type === undefined) {
    throw new InvalidFieldError(`${field}.datatype`, `one of ${[...DATATYPES.keys()].join(', ')}`, datatype);
  }
  if (!isShape(shape) || shape.length > MAX_DIMENSIONS) {
    throw new InvalidFieldError(`${field}.shape`, `at most ${MAX_DIMENSIONS} lengths`, shape);
  }
  if (!Array.isArray(data)) throw new InvalidFieldError(`${field}.data`, 'a list', data);
  const values: unknown[] = data.flat(shape.length);
  if (values.length !== sizeOf(shape)) {
    throw new InvalidFieldError(`${field}.data`, `${sizeOf(shape)} values, by its shape`, values.length);
  }
  const wrong = values.findIndex((value) => !type.fits(value));
  if (wrong < 0) {
    const given = isObject(parameters) ? { parameters } : {};
    return { datatype: datatype as string, shape, data: values, ...given };
  }
  throw new InvalidFieldError(`${field}.data[${wrong}]`, `${type.expected} (${datatype})`, values[wrong]);
}

/** The columns' names that a sole tensor carries in its parameters; empty where it carries none. */
export function columnNames(message: unknown, member: 'inputs' | 'outputs'): readonly string[] {
  const [tensor] = (message as Record<string, readonly unknown[]>)[member]!;
  const { parameters } = tensor as Partial<Tensor>;
  if (!isObject(parameters) || typeof parameters.names !== 'string') return [];
  const names = parsed(parameters.names);
  return Array.isArray(names) ? names.map(String) : [];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** One tensor of an array whose values are all of one kind, else null. Numbers get `numeric`. */
export function tensorOf(name: string, array: unknown, numeric: string): Tensor | null {
  const grid = gridOf(array);
  if (grid === null) return null;
  const { shape, values } = grid;
  const datatype = datatypeOf(values, numeric);
  if (datatype === null) return null;
  const wrong = values.find((value) => !DATATYPES.get(datatype)?.fits(value));
  if (wrong === undefined) return { name, shape, datatype, data: values };
  throw new InvalidFieldError('data', `all of ${datatype}`, wrong);
}

/** `numeric` for what is empty: there is nothing to tell it from numbers. */
function datatypeOf(values: readonly unknown[], numeric: string): string | null {
  if (values.every(NUMBER.fits)) return numeric;
  if (values.every(TEXT.fits)) return 'BYTES';
  return values.every(BOOLEAN.fits) ? 'BOOL' : null;
}

/** A tensor per column of a table whose columns are of different kinds. */
export function tensorsOfColumns(
  rows: readonly unknown[],
  names: readonly string[],
  numeric: string,
): readonly Tensor[] | null {
  const grid = gridOf(rows);
  if (grid?.shape.length !== 2) return null;
  const width = grid.shape[1]!;
  const tensors = Array.from({ length: width }, (_, column) =>
    tensorOf(
      names[column] ?? `column-${column}`,
      rows.map((row) => [(row as readonly unknown[])[column]]),
      numeric,
    ),
  );
  return tensors.every((tensor) => tensor !== null) ? tensors : null;
}

export function textTensor(name: string, text: string, contentType: string): Tensor {
  return { name, datatype: 'BYTES', shape: [1], parameters: { content_type: contentType }, data: [text] };
}
