import { create } from '@bufbuild/protobuf';
import { gridOf, MAX_DIMENSIONS, nest, sizeOf } from '../dialects/arrays.js';
import { isBinary } from '../dialects/tensorflow-rows.js';
import { InvalidFieldError } from '../errors.js';
import { type TensorProto, TensorProtoSchema } from '../generated/tensorflow/core/framework/tensor_pb.js';
import { TensorShapeProtoSchema } from '../generated/tensorflow/core/framework/tensor_shape_pb.js';
import { DataType } from '../generated/tensorflow/core/framework/types_pb.js';
import { bufferOf } from './buffer-of.js';
import { exact, utf8In } from './exact-value.js';
import { readRaw } from './raw-tensor.js';
import { type TfType, tfTypes } from './tf-types.js';

/** A value that stands for all that follow it must not make a small message large. */
const MAX_REPEATED = 1_000_000;

/** Its bits, and whether it has no sign. */
const INTEGER = /^(U?)INT(\d+)$/;

/** What a tensor without values is full of, where that is not zero. */
const ZEROS: Readonly<Record<string, unknown>> = { BOOL: false, BYTES: Buffer.alloc(0) };

/** Nested arrays of what TensorFlow Serving's JSON has: bytes that are no text are `{"b64": ...}`. Throws `InvalidFieldError`. */
export function unpackTfTensor(tensor: TensorProto, field: string): unknown {
  const found = tfTypes.find(({ dtype }) => dtype === tensor.dtype);
  if (found === undefined) {
    const expected = `one of ${tfTypes.map(({ name }) => name).join(', ')} to become JSON`;
    throw new InvalidFieldError(`${field}.dtype`, expected, DataType[tensor.dtype] ?? tensor.dtype);
  }
  const shape = shapeOf(tensor, field);
  const values = valuesOf(tensor, found, sizeOf(shape), field);
  return nest({ shape, values: values.map((value, i) => jsonOf(value, `${field}[${i}]`)) });
}

function shapeOf({ tensorShape }: TensorProto, field: string): readonly number[] {
  const shape = (tensorShape?.dim ?? []).map(({ size }) => Number(size));
  const isKnown = tensorShape?.unknownRank !== true;
  if (isKnown && shape.length <= MAX_DIMENSIONS && shape.every((length) => length >= 0)) return shape;
  throw new InvalidFieldError(`${field}.tensor_shape`, `at most ${MAX_DIMENSIONS} lengths`, shape);
}

function valuesOf(tensor: TensorProto, found: TfType, size: number, field: string): readonly unknown[] {
  const { tensorContent: content } = tensor;
  if (content.length > 0 && found.datatype === 'BYTES') {
    throw new InvalidFieldError(
      `${field}.tensor_content`,
      'empty: strings stand in string_val',
      content.length,
    );
  }
  const values =
    content.length > 0
      ? readRaw(bufferOf(content), found.datatype, `${field}.tensor_content`)
      : repeated(listed(tensor, found, field), size, found);
  if (values.length === size) return values;
  throw new InvalidFieldError(field, `${size} values, by its shape`, values.length);
}

/** 16-bit floats stand in a list of integers that are their bits. */
function listed(tensor: TensorProto, { list, datatype }: TfType, field: string): readonly unknown[] {
  const values = tensor[list] as readonly unknown[];
  if (list !== 'halfVal') return values;
  const bits = Uint16Array.from(values as readonly number[]);
  return readRaw(bufferOf(new Uint8Array(bits.buffer)), datatype, field);
}

/** The last value stands for all that are left out; without any they are zero. */
function repeated(values: readonly unknown[], size: number, { datatype }: TfType): readonly unknown[] {
  const missing = size - values.length;
  if (!(missing > 0 && missing <= MAX_REPEATED)) return values;
  return [...values, ...new Array(missing).fill(values.at(-1) ?? ZEROS[datatype] ?? 0)];
}

function jsonOf(value: unknown, field: string): unknown {
  if (!(value instanceof Uint8Array)) return exact(value, field);
  return utf8In(value) ?? { b64: bufferOf(value).toString('base64') };
}

/** Of nested arrays; numbers become `numeric` (as the Open Inference Protocol calls it). Throws `InvalidFieldError`. */
export function packTfTensor(array: unknown, numeric: string, field: string): TensorProto {
  const grid = gridOf(array);
  const kind = grid && KINDS.find(({ fits }) => grid.values.every(fits));
  if (!grid || !kind) {
    const expected = 'arrays of one length at each depth, all of numbers, strings or booleans';
    throw new InvalidFieldError(field, expected, array);
  }
  const found = tfTypes.find(({ datatype }) => datatype === (kind.datatype ?? numeric));
  if (found === undefined || found.list === 'halfVal') {
    throw new InvalidFieldError(`the datatype of ${field}`, 'one that JSON is packed as', numeric);
  }
  return create(TensorProtoSchema, {
    dtype: found.dtype,
    tensorShape: create(TensorShapeProtoSchema, {
      dim: grid.shape.map((size) => ({ size: BigInt(size) })),
    }),
    [found.list]: grid.values.map((value, i) => kind.pack(value as never, found, `${field}[${i}]`)),
  });
}

interface Kind {
  /** That of numbers is for the model to say. */
  readonly datatype?: string;
  readonly fits: (value: unknown) => boolean;
  readonly pack: (value: never, found: TfType, field: string) => unknown;
}

/** Numbers first: there is nothing to tell an empty array from them. */
const KINDS: readonly Kind[] = [
  { fits: (value) => typeof value === 'number', pack: packNumber },
  { datatype: 'BOOL', fits: (value) => typeof value === 'boolean', pack: (value) => value },
  { datatype: 'BYTES', fits: (value) => typeof value === 'string' || isBinary(value), pack: packBytes },
];

function packNumber(value: number, { datatype }: TfType, field: string): number | bigint {
  const integer = INTEGER.exec(datatype);
  if (integer === null) return value;
  const values = 2 ** Number(integer[2]);
  const smallest = integer[1] === 'U' ? 0 : -values / 2;
  if (!Number.isSafeInteger(value) || value < smallest || value >= smallest + values) {
    throw new InvalidFieldError(field, `an integer of ${datatype} within ±2^53`, value);
  }
  return datatype.endsWith('INT64') ? BigInt(value) : value;
}

function packBytes(value: string | { readonly b64: string }): Buffer {
  return typeof value === 'string' ? Buffer.from(value) : Buffer.from(value.b64, 'base64');
}
