import { describe, expect, it } from '@jest/globals';
import { nestsDeeper } from './nesting.js';

const json = (value: string) => Buffer.from(value);

describe('nestsDeeper', () => {
  it.each([
    ['1', 0, false],
    ['[]', 1, false],
    ['[[]]', 1, true],
    ['{"a":[{}]}', 3, false],
    ['{"a":[{}]}', 2, true],
    ['[[],[],[]]', 2, false],
    ['["[[[[","{{{{"]', 1, false],
    ['["\\"[[[[","\\\\",[]]', 2, false],
    ['["\\"[[[[","\\\\",[]]', 1, true],
    ['["never closed [[[[', 1, false],
    ['', 0, false],
  ])('of %s with %d levels allowed is %s', (text, levels, deeper) => {
    expect(nestsDeeper(json(text), levels)).toBe(deeper);
  });
});
