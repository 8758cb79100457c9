import { describe, expect, it } from '@jest/globals';
import {
  IfMatchRequiredError,
  MalformedIfMatchError,
  PreconditionFailedError,
} from '../errors/admin-errors.js';
import { acceptsAny, checkIfMatch } from './if-match.js';

const check = (header: string, current: number) => () =>
  checkIfMatch(header, 'default.a.main.router', current);

describe('If-Match', () => {
  it.each([undefined, '', '  '])('is required, not %j', (header) => {
    expect(() => acceptsAny(header)).toThrow(IfMatchRequiredError);
  });

  it.each(['1', '"1', '1"', '"1" "2"', '"1",', 'W/1', '*, "1"', '"a"b"'])('refuses %s', (header) => {
    expect(() => acceptsAny(header)).toThrow(MalformedIfMatchError);
  });

  it('takes * for any revision', () => {
    expect(acceptsAny('*')).toBe(true);
    expect(acceptsAny('"1"')).toBe(false);
  });

  it.each(['"3"', ' "3" ', '"1", "3"', '"x","3"'])('takes %s for revision 3', (header) => {
    expect(acceptsAny(header)).toBe(false);
    expect(check(header, 3)).not.toThrow();
  });

  it.each(['"2"', '"03"', '"3.0"', 'W/"3"', '"2", "4"', '""'])('finds %s stale at revision 3', (header) => {
    expect(acceptsAny(header)).toBe(false);
    expect(check(header, 3)).toThrow(PreconditionFailedError);
  });
});
