import { expect, it } from '@jest/globals';
import { checkReward } from './check-reward.js';
import { DEFAULT_METRIC } from './declare-experiment.js';

it.each([0, 0.1, 1])('takes %d', (value) => {
  expect(checkReward(value, DEFAULT_METRIC)).toBe(value);
});

it.each([
  [Number.NaN, 'NaN'],
  [Number('1e999'), 'Infinity'],
  ['1e999', '"1e999"'],
  [null, 'null'],
  [undefined, 'nothing'],
  [1.0000001, '1.0000001'],
  [-1, '-1'],
  [true, 'true'],
  [[1], '[1]'],
])('refuses %p and says so', (value, got) => {
  expect(() => checkReward(value, DEFAULT_METRIC)).toThrow(
    `value must be a finite number between 0 and 1, got ${got}`,
  );
});
