import { describe, expect, it } from '@jest/globals';
import { Tensor } from './tensor.js';

describe('Tensor', () => {
  it('gives its values as nested arrays', () => {
    expect(new Tensor([2, 2], Float64Array.of(1, 2, 3, 4)).toArrays()).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(new Tensor([1, 1], BigInt64Array.of(7n)).toArrays()).toEqual([[7]]);
    expect(new Tensor([], Float32Array.of(7)).toArrays()).toBe(7);
  });

  it.each([
    [[2, 2], 'shape [2,2] needs 4 values, got 1'],
    [[-1], 'shape must have at most 32 whole numbers, none below 0'],
    [[1.5], 'shape must have at most 32 whole numbers'],
    [new Array(33).fill(1), 'shape must have at most 32 whole numbers'],
  ])('has no shape %j with one value', (shape, problem) => {
    expect(() => new Tensor(shape, Float64Array.of(1))).toThrow(problem);
  });

  it('has no millions of empty rows', () => {
    expect(new Tensor([10_000, 0, 2 ** 40], new Float64Array(0)).toArrays()).toHaveLength(10_000);
    expect(() => new Tensor([10_001, 0], new Float64Array(0))).toThrow('more than 10000 empty rows');
  });
});
