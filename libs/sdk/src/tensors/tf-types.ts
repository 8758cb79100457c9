import type { NumericArray } from '../public/tensor.js';

interface ArrayType {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBuffer): NumericArray;
}

/** One element type of a TensorProto. */
export interface TfType {
  readonly name: string;
  readonly number: number;
  /** Where the values stand that are not in tensorContent. */
  readonly field: string;
  /** How they lie in tensorContent, little endian; null where they never do. */
  readonly array: ArrayType | null;
  readonly of: 'numbers' | 'booleans' | 'strings';
}

const numbers = (name: string, number: number, field: string, array: ArrayType): TfType => ({
  name,
  number,
  field,
  array,
  of: 'numbers',
});

/** The numbers are those of TensorFlow's types.proto. */
export const TF_TYPES: readonly TfType[] = [
  numbers('DT_FLOAT', 1, 'floatVal', Float32Array),
  numbers('DT_DOUBLE', 2, 'doubleVal', Float64Array),
  numbers('DT_INT32', 3, 'intVal', Int32Array),
  numbers('DT_UINT8', 4, 'intVal', Uint8Array),
  numbers('DT_INT16', 5, 'intVal', Int16Array),
  numbers('DT_INT8', 6, 'intVal', Int8Array),
  { name: 'DT_STRING', number: 7, field: 'stringVal', array: null, of: 'strings' },
  numbers('DT_INT64', 9, 'int64Val', BigInt64Array),
  { name: 'DT_BOOL', number: 10, field: 'boolVal', array: Uint8Array, of: 'booleans' },
  numbers('DT_UINT16', 17, 'intVal', Uint16Array),
  numbers('DT_UINT32', 22, 'uint32Val', Uint32Array),
  numbers('DT_UINT64', 23, 'uint64Val', BigUint64Array),
];
