import { type Nested, nest } from '../tensors/nested.js';
import { shapeProblem } from '../tensors/shape.js';

export type NumericArray =
  | Float64Array
  | Float32Array
  | Int32Array
  | Uint32Array
  | Int16Array
  | Uint16Array
  | Int8Array
  | Uint8Array
  | BigInt64Array
  | BigUint64Array;

/**
 * Numbers in a regular grid: `values` hold them row after row, as many as the product of `shape`. Throws `RangeError`
 * where they are more or fewer.
 */
export class Tensor<Values extends NumericArray = Float64Array> {
  constructor(
    readonly shape: readonly number[],
    readonly values: Values,
  ) {
    const problem = shapeProblem(shape, values.length);
    if (problem !== null) throw new RangeError(`tensor: ${problem}`);
  }

  /** The same numbers as nested arrays; big integers become numbers. */
  toArrays(): Nested<number> {
    return nest(Array.from(this.values, Number), this.shape);
  }
}
