import { excerpt } from '#protocol';
import { UnreadablePayloadError } from '../errors.js';
import type { NumericArray } from '../public/tensor.js';
import { isShape, shapeProblem, sizeOf } from './shape.js';
import { TF_TYPES, type TfType } from './tf-types.js';

type Json = Readonly<Record<string, unknown>>;

/** A value that stands for all that follow it must not make a small message large. */
const MAX_REPEATED = 1_000_000;

interface Kind {
  readonly one: string;
  /** What a tensor without values is full of. */
  readonly zero: unknown;
  /** Undefined where the item is none. */
  readonly read: (item: unknown) => unknown;
}

const KINDS: Readonly<Record<TfType['of'], Kind>> = {
  numbers: { one: 'a number', zero: 0, read: numberIn },
  booleans: { one: 'a boolean', zero: false, read: (item) => (typeof item === 'boolean' ? item : undefined) },
  strings: { one: 'bytes in base64', zero: '', read: textIn },
};

/**
 * The values of a TensorProto in its JSON form: numbers, booleans, or strings (its bytes as UTF-8). Integers beyond 2^53
 * lose digits. Throws `UnreadablePayloadError`.
 */
export function readTfTensor(tensor: Json): {
  readonly shape: readonly number[];
  readonly values: readonly unknown[];
} {
  const type = typeOf(member(tensor, 'dtype'));
  const shape = shapeOf(member(tensor, 'tensorShape') ?? {});
  const content = member(tensor, 'tensorContent') ?? '';
  const given = content === '' ? listed(tensor, type) : packed(content, type);
  const values = content === '' ? repeated(given, shape, type) : given;
  const problem = shapeProblem(shape, values.length);
  if (problem !== null) unreadable('', problem);
  return { shape, values };
}

/**
 * A TensorProto in its JSON form, as TensorFlow's make_tensor_proto makes it: more than one value as tensorContent. The
 * type is that of a typed array, DT_DOUBLE otherwise.
 */
export function writeTfTensor(shape: readonly number[], numbers: NumericArray | readonly number[]): Json {
  const type = typeOfArray(numbers);
  const values =
    type === undefined ? Float64Array.from(numbers as readonly number[]) : (numbers as NumericArray);
  const { name, field } = type ?? typeOf('DT_DOUBLE');
  return {
    dtype: name,
    tensorShape: { dim: shape.map((size) => ({ size: String(size) })) },
    ...(values.length === 1 ? { [field]: Array.from(values, asJson) } : {}),
    ...(values.length > 1 ? { tensorContent: bytesOf(values).toString('base64') } : {}),
  };
}

/** By its name, because an array may be of another realm. */
function typeOfArray(values: object): TfType | undefined {
  const name = (values as { [Symbol.toStringTag]?: string })[Symbol.toStringTag];
  return TF_TYPES.find(({ array, of }) => of === 'numbers' && array?.name === name);
}

function bytesOf({ buffer, byteOffset, byteLength }: NumericArray): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

function asJson(value: number | bigint): number | string {
  return typeof value === 'bigint' ? String(value) : value;
}

function typeOf(dtype: unknown): TfType {
  const found = TF_TYPES.find(({ name, number }) => dtype === name || dtype === number);
  if (found) return found;
  const names = TF_TYPES.map(({ name }) => name).join(', ');
  return unreadable('.dtype', `expected one of ${names}, got ${excerpt(dtype)}`);
}

function shapeOf(shape: unknown): readonly number[] {
  const { dim = [] } = shape as { dim?: unknown };
  const sizes = Array.isArray(dim) ? dim.map((one) => Number((one as Json | null)?.size ?? 0)) : dim;
  if (isShape(sizes)) return sizes;
  return unreadable('.tensorShape', `expected {"dim": [{"size": "2"}, ...]}, got ${excerpt(shape)}`);
}

function packed(content: unknown, { name, array, of }: TfType): readonly unknown[] {
  if (typeof content !== 'string') {
    return unreadable('.tensorContent', `expected base64, got ${excerpt(content)}`);
  }
  if (!array) return unreadable('.tensorContent', `${name} has none, expected stringVal`);
  const bytes = Buffer.from(content, 'base64');
  if (bytes.length % array.BYTES_PER_ELEMENT !== 0) {
    const expected = `a multiple of ${array.BYTES_PER_ELEMENT} bytes for ${name}`;
    return unreadable('.tensorContent', `expected ${expected}, got ${bytes.length}`);
  }
  const values = Array.from(new array(new Uint8Array(bytes).buffer), Number);
  return of === 'booleans' ? values.map(Boolean) : values;
}

function listed(tensor: Json, { field, of }: TfType): readonly unknown[] {
  const list = member(tensor, field) ?? [];
  if (!Array.isArray(list)) return unreadable(`.${field}`, `expected a list, got ${excerpt(list)}`);
  const { one, read } = KINDS[of];
  return list.map((item, i) => {
    const value = read(item);
    return value === undefined
      ? unreadable(`.${field}[${i}]`, `expected ${one}, got ${excerpt(item)}`)
      : value;
  });
}

/** The last value stands for all that are left out; without any they are zero. */
function repeated(values: readonly unknown[], shape: readonly number[], { of }: TfType): readonly unknown[] {
  const missing = sizeOf(shape) - values.length;
  if (!(missing > 0 && missing <= MAX_REPEATED)) return values;
  return [...values, ...new Array(missing).fill(values.at(-1) ?? KINDS[of].zero)];
}

/** Protobuf writes 64-bit integers, NaN and the infinities as texts. */
function numberIn(item: unknown): number | undefined {
  if (typeof item === 'number') return item;
  if (typeof item !== 'string' || item.trim() === '') return undefined;
  const value = Number(item);
  return Number.isNaN(value) && item !== 'NaN' ? undefined : value;
}

function textIn(item: unknown): string | undefined {
  return typeof item === 'string' ? Buffer.from(item, 'base64').toString('utf8') : undefined;
}

/** Protobuf's JSON takes a field's own name beside the one in camel case. */
function member(tensor: Json, name: string): unknown {
  return tensor[name] ?? tensor[name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)];
}

function unreadable(field: string, problem: string): never {
  throw new UnreadablePayloadError(`data.tftensor${field}: ${problem}`);
}
