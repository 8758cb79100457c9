import { expect, it } from '@jest/globals';
import { type Payload, UnreadablePayloadError } from '#sdk';
import { featureRows } from './feature-rows.js';

function payload(value: unknown): Payload {
  return { value, names: [], meta: {}, kind: 'ndarray' };
}

it('lays rows behind each other for a model that takes any number of columns', () => {
  const laid = featureRows(
    payload([
      [1, 2],
      [3, 4],
    ]),
    undefined,
  );
  expect(laid).toEqual({ values: Float32Array.of(1, 2, 3, 4), rows: 2, columns: 2 });
});

it('refuses rows of unequal length before it takes the memory that the first one suggests', () => {
  const rows = [new Array(1_000_000).fill(0), ...Array.from({ length: 9_999 }, () => [])];
  const read = () => featureRows(payload(rows), undefined);
  expect(read).toThrow(UnreadablePayloadError);
  expect(read).toThrow('row 1: expected 1000000 columns, got 0');
});
