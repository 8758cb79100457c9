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

/** A value that stands for all that follow it must not make a small message large. */
const MAX_REPEATED = 1_000_000;

interface TfType {
  readonly dtype: DataType;
  /** As the Open Inference Protocol calls it. */
  readonly datatype: string;
  /** Where the values stand that are not in tensor_content. */
  readonly list: Extract<keyof TensorProto, `${string}Val`>;
  /** What a tensor without values is full of. */
  readonly zero: unknown;
}

const type = (dtype: DataType, datatype: string, list: TfType['list'], zero: unknown = 0): TfType => ({
  dtype,
  datatype,
  list,
  zero,
});

/** Complex and quantised numbers have no JSON. */
const TYPES: readonly TfType[] = [
  type(DataType.DT_FLOAT, 'FP32', 'floatVal'),
  type(DataType.DT_DOUBLE, 'FP64', 'doubleVal'),
  type(DataType.DT_HALF, 'FP16', 'halfVal'),
  type(DataType.DT_BFLOAT16, 'BF16', 'halfVal'),
  type(DataType.DT_INT8, 'INT8', 'intVal'),
  type(DataType.DT_INT16, 'INT16', 'intVal'),
  type(DataType.DT_INT32, 'INT32', 'intVal'),
  type(DataType.DT_INT64, 'INT64', 'int64Val'),
  type(DataType.DT_UINT8, 'UINT8', 'intVal'),
  type(DataType.DT_UINT16, 'UINT16', 'intVal'),
  type(DataType.DT_UINT32, 'UINT32', 'uint32Val'),
  type(DataType.DT_UINT64, 'UINT64', 'uint64Val'),
  type(DataType.DT_BOOL, 'BOOL', 'boolVal', false),
  type(DataType.DT_STRING, 'BYTES', 'stringVal', Buffer.alloc(0)),
];

/** Nested arrays of what TensorFlow Serving's JSON has: bytes that are no text are `{"b64": ...}`. Throws `InvalidFieldError`. */
export function unpackTfTensor(tensor: TensorProto, field: string): unknown {
  const found = TYPES.find(({ dtype }) => dtype === tensor.dtype);
  if (found === undefined) {
    const expected = `one of ${TYPES.map(({ dtype }) => DataType[dtype]).join(', ')} to become JSON`;
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
function repeated(values: readonly unknown[], size: number, { zero }: TfType): readonly unknown[] {
  const missing = size - values.length;
  if (!(missing > 0 && missing <= MAX_REPEATED)) return values;
  return [...values, ...new Array(missing).fill(values.at(-1) ?? zero)];
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
  const found = TYPES.find(({ datatype }) => datatype === (kind.datatype ?? numeric));
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
  if (datatype.startsWith('FP')) return value;
  if (!Number.isSafeInteger(value)) {
    throw new InvalidFieldError(field, `an integer within ±2^53 (${datatype})`, value);
  }
  return datatype.endsWith('INT64') ? BigInt(value) : value;
}

function packBytes(value: string | { readonly b64: string }): Buffer {
  return typeof value === 'string' ? Buffer.from(value) : Buffer.from(value.b64, 'base64');
}
