import { tfTypes } from '#protocol';
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

/** By the datatype's name in the Open Inference Protocol; 16-bit floats have no typed array. */
const ARRAYS: Readonly<Record<string, Pick<TfType, 'array' | 'of'>>> = {
  FP32: { array: Float32Array, of: 'numbers' },
  FP64: { array: Float64Array, of: 'numbers' },
  INT8: { array: Int8Array, of: 'numbers' },
  INT16: { array: Int16Array, of: 'numbers' },
  INT32: { array: Int32Array, of: 'numbers' },
  INT64: { array: BigInt64Array, of: 'numbers' },
  UINT8: { array: Uint8Array, of: 'numbers' },
  UINT16: { array: Uint16Array, of: 'numbers' },
  UINT32: { array: Uint32Array, of: 'numbers' },
  UINT64: { array: BigUint64Array, of: 'numbers' },
  BOOL: { array: Uint8Array, of: 'booleans' },
  BYTES: { array: null, of: 'strings' },
};

export const TF_TYPES: readonly TfType[] = tfTypes.flatMap(({ name, dtype, list, datatype }) => {
  const values = ARRAYS[datatype];
  return values === undefined ? [] : [{ name, number: dtype, field: list, ...values }];
});
