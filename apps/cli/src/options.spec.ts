import { describe, expect, it } from '@jest/globals';
import { httpUrl, integer } from './options.js';

describe('options', () => {
  it.each(['-1', '65536', '1.5', 'http', '', '0x10'])('refuse %j as a port', (text) => {
    expect(() => integer(0, 65_535)(text)).toThrow(/Expected a whole number from 0 to 65535/);
  });

  it('take 0 as a port', () => {
    expect(integer(0, 65_535)('0')).toBe(0);
  });

  it.each(['localhost:8000', '8000', 'ftp://x', ''])('refuse %j as an address', (text) => {
    expect(() => httpUrl(text)).toThrow(/Expected an address like/);
  });

  it('drop the slash at the end of an address', () => {
    expect(httpUrl('http://127.0.0.1:8000/')).toBe('http://127.0.0.1:8000');
  });
});
