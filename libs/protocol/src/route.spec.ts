import { describe, expect, it } from '@jest/globals';
import { InvalidRouteValueError } from './errors.js';
import { Message } from './message.js';
import { readRoute } from './route.js';

const answer = (text: string) => Message.ofBytes(Buffer.from(text));

/** Reference seldon-v1.md, section 4.2; faults there are errors here (design.md, section 7). */
describe('readRoute', () => {
  it.each([
    ['{"data":{"ndarray":[[1]]}}', 1],
    ['{"data":{"ndarray":[1]}}', 1],
    ['{"data":{"ndarray":[[1],[0]]}}', 1],
    ['{"data":{"ndarray":[[3,4]]}}', 3],
    ['{"data":{"ndarray":[[-1]]}}', -1],
    ['{"data":{"ndarray":[[-2]]}}', -2],
    ['{"data":{"ndarray":[[7]]}}', 7],
    ['{"data":{"ndarray":[[1.9]]}}', 1],
    ['{"data":{"ndarray":[[-0.5]]}}', 0],
    ['{"data":{"tensor":{"shape":[1,1],"values":[1]}}}', 1],
    ['{"data":{"tftensor":{"dtype":"DT_INT32","intVal":[1]}}}', 1],
    ['{"data":{"names":["t:0"],"ndarray":[[0]]},"meta":{"tags":{"a":1}},"later":true}', 0],
    ['[1]', 1],
    ['[0,1]', 0],
  ])('reads %s as %d', (text, route) => {
    expect(readRoute(answer(text))).toBe(route);
  });

  it('reads the answer of a component in this process', () => {
    expect(readRoute(Message.ofValue({ data: { ndarray: [[1]] } }))).toBe(1);
  });

  it.each([
    ['{"data":{"ndarray":[["1"]]}}', 'got {"data":{"ndarray":[["1"]]}}'],
    ['{"data":{"ndarray":[[true]]}}', 'got {"data":{"ndarray":[[true]]}}'],
    ['{"data":{"ndarray":[[1e999]]}}', 'got {"data"'],
    ['{"data":{"ndarray":[]}}', 'got {"data":{"ndarray":[]}}'],
    ['{"data":{"ndarray":1}}', 'got {"data":{"ndarray":1}}'],
    ['{"data":{"tensor":null}}', 'got {"data":{"tensor":null}}'],
    ['{"data":null}', 'got {"data":null}'],
    ['{"meta":{}}', 'got {"meta":{}}'],
    ['{"strData":"1"}', 'got {"strData":"1"}'],
    ['{}', 'got {}'],
    ['[]', 'got []'],
    ['[1.5]', 'got [1.5]'],
    ['1', 'got 1'],
    ['null', 'got null'],
    ['"1"', 'got "1"'],
    ['model-b', 'got "model-b"'],
    ['', 'got nothing'],
  ])('refuses %s and says what came', (text, got) => {
    expect(() => readRoute(answer(text))).toThrow(InvalidRouteValueError);
    expect(() => readRoute(answer(text))).toThrow(got);
  });

  it('cuts a long answer', () => {
    expect(() => readRoute(answer('x'.repeat(10_000)))).toThrow(/^.{0,300}\.\.\.$/);
  });
});
