import { expect, it } from '@jest/globals';
import { pauseAfter } from './pause.js';

const MINUTE = 60_000;

it('is short at first, and never more than half a minute', () => {
  expect([0, 5_000, 2 * MINUTE, 60 * MINUTE].map((since) => pauseAfter(since, null))).toEqual([
    ...[500, 500, 6_000, 30_000],
  ]);
});

it('ends with the time that engines which cannot be asked are given', () => {
  expect([90_000, 2_000, 10].map((left) => pauseAfter(0, left))).toEqual([3_000, 2_000, 500]);
});

it('goes on growing where an engine refuses while another cannot be asked', () => {
  expect(pauseAfter(60 * MINUTE, -1)).toBe(30_000);
});
