import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { gridOf, nest } from './nested.js';

const shapes = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 4 });

describe('gridOf', () => {
  it('finds the shape and the values that nested arrays were made of', () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        const size = shape.reduce((product, length) => product * length, 1);
        const values = Array.from({ length: size }, (_, i) => i);
        // Behind an empty dimension there is nothing to be seen.
        const seen = shape.includes(0) ? shape.slice(0, shape.indexOf(0) + 1) : shape;
        expect(gridOf(nest(values, shape) as unknown[])).toEqual({ shape: seen, values });
      }),
    );
  });

  it.each([
    [[[1, 2], [3]]],
    [[[1], 2]],
    [[1, [2]]],
    [[['a']]],
    [[[true]]],
    [[[null]]],
    [[[], [1]]],
    [[[[1]], [1]]],
  ])('finds none in %j', (rows) => {
    expect(gridOf(rows)).toBeNull();
  });
});
