import { excerpt, type Message, nestsDeeper } from '#protocol';
import { NoPayloadError, UnreadablePayloadError } from './errors.js';
import { Tensor } from './public/index.js';
import { gridOf, nest } from './tensors/nested.js';
import { isShape, shapeProblem } from './tensors/shape.js';
import { readTfTensor } from './tensors/tf-tensor.js';

/** The payload of a SeldonMessage as user code gets it. */
export interface Payload {
  /** Nested arrays or a Tensor for `data`; a string, any JSON value, a Buffer or an Any for the other payloads. */
  readonly value: unknown;
  readonly names: readonly string[];
  readonly meta: Readonly<Record<string, unknown>>;
  /** How `data` came, so that the answer comes the same way. */
  readonly kind: 'ndarray' | 'tensor' | 'tftensor' | 'other';
}

/** The members of a message of which it has one, the first that is there. */
export const PAYLOADS = ['data', 'strData', 'jsonData', 'binData', 'customData'] as const;

/** How user code gets `data`. As `tensor` it gets arrays all the same where not all values are numbers in a grid. */
export type PayloadForm = 'arrays' | 'tensor';

/** Far deeper than any tensor, and far from what the stack of this process takes. */
const MAX_NESTING = 200;

/** The message as JSON. Throws `UnreadablePayloadError` where it nests too deep, before it costs any memory. */
export function readValue(message: Message): unknown {
  if (message.unencoded === undefined && nestsDeeper(message.bytes, MAX_NESTING)) {
    unreadable(`expected at most ${MAX_NESTING} levels of arrays and objects, got more`);
  }
  return message.value;
}

export function readPayload(message: Message, form: PayloadForm = 'arrays'): Payload {
  const value = readValue(message);
  const payload = payloadOf(value, form);
  if (!payload) throw new NoPayloadError(value);
  return payload;
}

/** The payload for code that may change what it gets: the message may have other readers. */
export function ownCopy({ value, names, meta, kind }: Payload): Payload {
  return { value: copyOf(value), names: [...names], meta: { ...meta }, kind };
}

/** A Tensor is made for its reader and has no other. */
function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOf);
  const shared = isObject(value) && !Buffer.isBuffer(value) && !(value instanceof Tensor);
  return shared ? structuredClone(value) : value;
}

/** Null where the message carries no payload at all. */
export function payloadOf(message: unknown, form: PayloadForm): Payload | null {
  if (!isObject(message)) return unreadable(`expected a JSON object, got ${kindOf(message)}`);
  const meta = isObject(message.meta) ? message.meta : {};
  if (message.data !== undefined) return { ...dataPayload(message.data, form), meta };
  const other = { names: [], meta, kind: 'other' as const };
  if (message.strData !== undefined) return { value: message.strData, ...other };
  if (message.jsonData !== undefined) return { value: message.jsonData, ...other };
  if (message.binData !== undefined)
    return { value: Buffer.from(String(message.binData), 'base64'), ...other };
  if (message.customData !== undefined) return { value: message.customData, ...other };
  return null;
}

function dataPayload(data: unknown, form: PayloadForm): Omit<Payload, 'meta'> {
  if (!isObject(data)) return unreadable(`data: expected an object, got ${kindOf(data)}`);
  const names = data.names ?? [];
  if (!isStrings(names)) return unreadable('data.names: expected an array of strings');
  if (Array.isArray(data.ndarray)) return { value: rowsIn(data.ndarray, form), names, kind: 'ndarray' };
  if (isObject(data.tensor)) return { value: valuesIn(tensorIn(data.tensor), form), names, kind: 'tensor' };
  if (isObject(data.tftensor)) {
    return { value: valuesIn(readTfTensor(data.tftensor), form), names, kind: 'tftensor' };
  }
  return unreadable(
    'data: expected ndarray (an array), tensor ({shape, values}) or tftensor ({dtype, tensorShape, ...})',
  );
}

interface ShapedValues {
  readonly shape: readonly number[];
  readonly values: readonly unknown[];
}

function rowsIn(rows: readonly unknown[], form: PayloadForm): unknown {
  const grid = form === 'tensor' ? gridOf(rows) : null;
  return grid ? new Tensor(grid.shape, Float64Array.from(grid.values)) : rows;
}

function valuesIn({ shape, values }: ShapedValues, form: PayloadForm): unknown {
  return form === 'tensor' && values.every(isNumber)
    ? new Tensor(shape, Float64Array.from(values))
    : nest(values, shape);
}

/** What JSON has no numbers for, as Protobuf writes it. */
const SPELLED: ReadonlyMap<unknown, number> = new Map(
  [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].map((value) => [String(value), value]),
);

/** Protobuf leaves out an empty list. */
function tensorIn({ shape, values: given = [] }: Record<string, unknown>): ShapedValues {
  if (!Array.isArray(given)) return unreadable('data.tensor.values: expected an array of numbers');
  const values = given.every(isNumber) ? given : given.map((value) => SPELLED.get(value) ?? value);
  const wrong = values.findIndex((value) => !isNumber(value));
  if (wrong >= 0) {
    return unreadable(`data.tensor.values[${wrong}]: expected a number, got ${excerpt(values[wrong])}`);
  }
  if (!isShape(shape) || shape.length === 0) {
    return unreadable(
      `data.tensor.shape: expected an array of whole numbers, at least one, got ${excerpt(shape)}`,
    );
  }
  const problem = shapeProblem(shape, values.length);
  return problem === null ? { shape, values } : unreadable(`data.tensor: ${problem}`);
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}

export function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function listOr(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'an array' : typeof value;
}

function unreadable(problem: string): never {
  throw new UnreadablePayloadError(problem);
}
