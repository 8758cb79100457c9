import { describe, expect, it } from '@jest/globals';
import { MalformedBodyError } from './errors.js';
import { Message } from './message.js';
import { failure } from './status.js';

describe('Message', () => {
  it('passes bytes through', () => {
    const bytes = Buffer.from([0, 255, 10]);
    const message = Message.ofBytes(bytes, 'application/octet-stream');
    expect(message.bytes).toBe(bytes);
    expect(message.contentType).toBe('application/octet-stream');
  });

  it('makes each form of the other once', () => {
    const decoded = Message.ofBytes(Buffer.from('{"a":1}'));
    expect(decoded.value).toEqual({ a: 1 });
    expect(decoded.value).toBe(decoded.value);
    const encoded = Message.ofValue({ a: 1 });
    expect(encoded.unencoded).toEqual({ a: 1 });
    expect(encoded.bytes.toString()).toBe('{"a":1}');
    expect(encoded.bytes).toBe(encoded.bytes);
    expect(encoded.unencoded).toBeUndefined();
  });

  it.each([
    ['', 'the body is empty'],
    ['{', 'the body is not JSON'],
  ])('refuses to decode "%s"', (text, reason) => {
    const message = Message.ofBytes(Buffer.from(text));
    expect(() => message.value).toThrow(MalformedBodyError);
    expect(() => message.value).toThrow(reason);
  });
});

it('failure is the Status JSON', () => {
  expect(failure(500, 'node a is down', 'UNAVAILABLE')).toEqual({
    status: { code: 500, info: 'node a is down', reason: 'UNAVAILABLE', status: 'FAILURE' },
  });
});
