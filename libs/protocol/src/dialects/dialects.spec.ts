import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MalformedBodyError } from '../errors.js';
import { Message } from '../message.js';
import type { ComponentCall, Dialect, SeldonValue } from './dialect.js';
import { dialects } from './index.js';

/** What every protocol promises; a new one is held to it by standing in the index. */

const CALLS: readonly ComponentCall[] = [
  'predict',
  'transformInput',
  'transformOutput',
  'route',
  'aggregate',
  'sendFeedback',
  'status',
  'metadata',
];
const NUMBERS: SeldonValue = {
  data: {
    names: [],
    ndarray: [
      [1, 2.5],
      [-3, 4e300],
    ],
  },
};
const ARRAYS: readonly [string, SeldonValue][] = [
  ['numbers', NUMBERS],
  ['one dimension', { data: { names: [], ndarray: [1, 2, 3] } }],
  [
    'three dimensions',
    {
      data: {
        names: [],
        ndarray: [
          [[1], [2]],
          [[3], [4]],
        ],
      },
    },
  ],
  ['a tensor', { data: { names: [], tensor: { shape: [2, 1], values: [1, 2] } } }],
  ['strings', { data: { names: [], ndarray: ['a', '', 'ä'] } }],
  ['booleans', { data: { names: [], ndarray: [[true], [false]] } }],
];

describe.each(Object.values(dialects))('the dialect $name', (dialect: Dialect) => {
  const written = (message: SeldonValue) => dialect.writeAnswer(message, undefined, 'm');
  const bytesOf = (value: unknown) => Message.ofBytes(Buffer.from(JSON.stringify(value)));

  it('has predictions, and each path once', () => {
    expect(dialect.edgePaths.map(({ service }) => service)).toContain('predictions');
    const keys = dialect.edgePaths.map(({ path, verb }) => `${verb} ${path}`);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('has a path for every call but feedback, and that where it sends it', () => {
    for (const call of CALLS) {
      const path = dialect.callPath(call, 'iris/versions/2');
      if (call === 'sendFeedback') expect(path !== null).toBe(dialect.sendsFeedback);
      else expect(path).toMatch(/^\//);
    }
  });

  it('says of a failure the info and the reason', () => {
    const text = JSON.stringify(dialect.failure(418, 'short and stout', 'TEAPOT'));
    expect(text).toContain('short and stout');
    expect(text).toContain('TEAPOT');
  });

  it('leaves a request and what is no message as they are', () => {
    const request = dialect.writeRequest(NUMBERS, {});
    for (const message of [Message.ofValue(request), bytesOf(request)]) {
      expect(dialect.toRequest(message)).toBe(message);
    }
    for (const text of ['', 'null', '[1]', '"x"', '{', '{"a":1} x', '{"outputs"', '{}']) {
      const message = Message.ofBytes(Buffer.from(text));
      expect(dialect.toRequest(message)).toBe(message);
    }
  });

  it.each(ARRAYS)(
    'makes a request of an answer with %s that reads the same, from bytes and from values',
    (_, sent) => {
      const answer = written(sent);
      for (const message of [Message.ofValue(answer), bytesOf(answer)]) {
        const read = dialect.readRequest(dialect.toRequest(message).value);
        expect(plain(read)).toEqual(plain(sent));
      }
    },
  );

  it.each(ARRAYS)('reads back %s that it wrote', (_, sent) => {
    const kind = JSON.stringify(sent).includes('tensor') ? 'tensor' : 'ndarray';
    expect(dialect.readAnswer(written(sent), kind, {})).toMatchObject(sent);
    expect(plain(dialect.readRequest(dialect.writeRequest(sent, {})))).toEqual(plain(sent));
  });

  it('does not change the digits of numbers between two nodes', () => {
    const digits = '12345678901234567890';
    const text = JSON.stringify(written({ data: { names: [], ndarray: [[1]] } })).replace(
      /\[1\]/g,
      `[${digits}]`,
    );
    expect(text).toContain(digits);
    expect(dialect.toRequest(Message.ofBytes(Buffer.from(text))).bytes.toString()).toContain(digits);
  });

  it("reads a route in its own form and in Seldon's", () => {
    expect(dialect.readRoute(Message.ofValue(written({ data: { names: [], ndarray: [[1]] } })))).toBe(1);
    expect(dialect.readRoute(Message.ofBytes(Buffer.from('{"data":{"ndarray":[[2]]}}')))).toBe(2);
    for (const text of ['{}', 'hello', '{"outputs":[{}]}', '{"predictions":["1"]}', 'null']) {
      const read = () => dialect.readRoute(Message.ofBytes(Buffer.from(text)));
      expect(read).toThrow(expect.objectContaining({ name: 'InvalidRouteValueError' }));
    }
  });

  it('reads whatever JSON there is, or says what is wrong with it', () => {
    const jsonOf = (key: fc.Arbitrary<string>) =>
      fc.letrec((tie) => ({
        value: fc.oneof(
          { maxDepth: 5 },
          fc.constantFrom<unknown>(null, true, 0, -1, 1.5, 2 ** 60, '', 'FP32', 'BYTES', 'a'),
          fc.array(tie('value'), { maxLength: 3 }),
          fc.dictionary(key, tie('value'), { maxKeys: 5 }),
        ),
      })).value;
    const key = fc.constantFrom(
      ...['inputs', 'outputs', 'instances', 'predictions', 'name', 'datatype', 'shape', 'data', 'parameters'],
      ...['ndarray', 'tensor', 'values', 'names', 'strData', 'jsonData', 'meta', 'b64', '__proto__'],
    );
    const settles = (work: () => unknown) => {
      try {
        work();
      } catch (error) {
        expect(error).toBeInstanceOf(MalformedBodyError);
      }
    };
    fc.assert(
      fc.property(jsonOf(key), fc.dictionary(key, jsonOf(key)), (value, message) => {
        settles(() => dialect.readRequest(value));
        settles(() => dialect.readRequest(message));
        settles(() => dialect.readAnswer(message, 'tensor', {}));
        settles(() => dialect.writeRequest(message, {}));
        settles(() => dialect.writeAnswer(message, message, 'm'));
      }),
      { numRuns: 2000, seed: 42 },
    );
  });
});

/** Without what a request has no place for: the kind of `data`, and `meta`. */
function plain({ data }: SeldonValue): unknown {
  const { names, ndarray, tensor } = data as Record<string, unknown>;
  return { names, array: ndarray ?? (tensor as { values: unknown[] }).values.map((value) => [value]) };
}
