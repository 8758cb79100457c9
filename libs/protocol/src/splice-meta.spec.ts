import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Message } from './message.js';
import { spliceMeta } from './splice-meta.js';

const members = { routing: { router: 1 }, puid: 'p-1' };
const NEW = '"routing":{"router":1},"puid":"p-1"';

function splice(text: string, what: Parameters<typeof spliceMeta>[1] = members): string {
  return spliceMeta(Message.ofBytes(Buffer.from(text)), what).bytes.toString();
}

describe('spliceMeta', () => {
  it.each([
    ['an object without meta', '{"data":1}', `{"data":1,"meta":{${NEW}}}`],
    ['an empty object', '{}', `{"meta":{${NEW}}}`],
    ['an object of white space', ' { \n} ', ` {"meta":{${NEW}} \n} `],
    ['meta null', '{"meta":null,"a":1}', `{"meta":{${NEW}},"a":1}`],
    ['an empty meta', '{"meta":{}}', `{"meta":{${NEW}}}`],
    ['a meta with other members', '{"meta":{"tags":{"x":[1]} }}', `{"meta":{"tags":{"x":[1]},${NEW} }}`],
    [
      'members that are there already',
      '{"meta":{"puid":"old","tags":{},"routing":{"router":0,"x":{"}":1}}}}',
      '{"meta":{"puid":"p-1","tags":{},"routing":{"router":1}}}',
    ],
    [
      'one that is there and one that is not',
      '{"meta":{"routing":{},"tags":{}}}',
      '{"meta":{"routing":{"router":1},"tags":{},"puid":"p-1"}}',
    ],
    ['members that are null', '{"meta":{"routing":null,"puid":null}}', `{"meta":{${NEW}}}`],
    ['a duplicate meta: the last', '{"meta":{"a":1},"meta":{}}', `{"meta":{"a":1},"meta":{${NEW}}}`],
    [
      'a duplicate member: the last',
      '{"meta":{"puid":"a","puid":"b"}}',
      '{"meta":{"puid":"a","puid":"p-1","routing":{"router":1}}}',
    ],
    ['a key with escapes', '{"m\\u0065ta":{}}', `{"m\\u0065ta":{${NEW}}}`],
    [
      'strings that look like structure',
      '{"s":"\\"}{,\\\\","meta":{}}',
      `{"s":"\\"}{,\\\\","meta":{${NEW}}}`,
    ],
    ['a meta further down only', '{"data":{"meta":{}}}', `{"data":{"meta":{}},"meta":{${NEW}}}`],
    [
      "Python's NaN",
      '{"data":{"ndarray":[NaN]},"x":NaN}',
      `{"data":{"ndarray":[NaN]},"x":NaN,"meta":{${NEW}}}`,
    ],
  ])('splices into %s', (_case, text, expected) => {
    expect(splice(text)).toBe(expected);
  });

  it('keeps key order, big integers, the text of floats and non-ASCII text', () => {
    const text = '{"z":12345678901234567890,"a":1.0,"f":1e-07,"é":"日本\\u2028","meta":{"tags":{"n":1.50}}}';
    const expected = text.replace('1.50}}}', '1.50},"puid":"ü"}}');
    expect(splice(text, { puid: 'ü' })).toBe(expected);
  });

  it.each([
    'text',
    '',
    ' ',
    '[{"meta":{}}]',
    '"meta"',
    'null',
    '12',
    '{"meta":1}',
    '{"meta":[]}',
    '{"meta":"x"}',
    '{"meta":{}',
    '{"meta":{}} x',
    '{"meta":{}}{}',
    '{"a":}',
    '{"a":hello}',
    '{"a" 1}',
    '{a:1}',
    '{"a":1,}',
    '{,}',
    '{"a":[}]}',
    '{"a":[1}',
    '{"a":"x}',
    '{"a":"x\\',
    '{"\\x":1}',
    '{"meta":{"a" 1}}',
    '{"a":01}',
  ])('returns %s as it is', (text) => {
    const message = Message.ofBytes(Buffer.from(text), 'text/x');
    expect(spliceMeta(message, members)).toBe(message);
  });

  it('returns bytes that are no text as they are', () => {
    const message = Message.ofBytes(Buffer.from([0x1f, 0x8b, 0x08, 0xff, 0x7b]));
    expect(spliceMeta(message, members)).toBe(message);
  });

  it('does nothing when there is nothing to put in', () => {
    const message = Message.ofBytes(Buffer.from('{}'));
    expect(spliceMeta(message, {})).toBe(message);
  });

  it('keeps the content type', () => {
    const message = Message.ofBytes(Buffer.from('{}'), 'application/json; charset=utf-8');
    expect(spliceMeta(message, members).contentType).toBe('application/json; charset=utf-8');
  });

  it('builds a new value of a value that was never encoded, and leaves the old one alone', () => {
    const value = { data: 1, meta: { tags: { a: 1 }, routing: { x: 0 } } };
    const spliced = spliceMeta(Message.ofValue(value), members);
    expect(spliced.unencoded).toEqual({ data: 1, meta: { tags: { a: 1 }, ...members } });
    expect(value.meta.routing).toEqual({ x: 0 });
    expect(spliceMeta(Message.ofValue({}), members).value).toEqual({ meta: members });
  });

  it.each([[[1]], ['text'], [null], [{ meta: 'x' }], [7]])('returns the value %j as it is', (value) => {
    expect(spliceMeta(Message.ofValue(value), members).value).toEqual(value);
  });

  it('uses the bytes where a value has been encoded', () => {
    const message = Message.ofValue({ a: 1 });
    message.bytes;
    expect(spliceMeta(message, members).bytes.toString()).toBe(`{"a":1,"meta":{${NEW}}}`);
  });

  it('survives a million brackets', () => {
    const deep = `{"a":${'['.repeat(1e6)}${']'.repeat(1e6)},"meta":{}}`;
    expect(splice(deep).endsWith(`"meta":{${NEW}}}`)).toBe(true);
  });

  it('gives what decoding, changing and encoding gives, for any JSON object', () => {
    const object = fc.dictionary(fc.constantFrom('meta', 'data', 'a"b', '\\', 'é'), fc.jsonValue());
    fc.assert(
      fc.property(object, fc.constantFrom(undefined, 1, '\t'), (value, indent) => {
        const meta = value.meta ?? {};
        const plain = typeof meta === 'object' && !Array.isArray(meta);
        const expected = plain ? { ...value, meta: { ...(meta as object), ...members } } : value;
        const actual: unknown = JSON.parse(splice(JSON.stringify(value, null, indent)));
        expect(actual).toEqual(JSON.parse(JSON.stringify(expected)));
      }),
      { seed: 42, numRuns: 500 },
    );
  });
});
