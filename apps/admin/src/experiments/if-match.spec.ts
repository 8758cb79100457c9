import { describe, expect, it } from '@jest/globals';
import {
  IfMatchRequiredError,
  MalformedIfMatchError,
  PreconditionFailedError,
} from '../errors/admin-errors.js';
import { acceptedRevisions, checkRevision } from './if-match.js';

const check = (header: string, current: number) => () => {
  const accepted = acceptedRevisions(header);
  if (accepted !== 'any') checkRevision(accepted, 'default.a.main.router', current);
};

describe('If-Match', () => {
  it.each([undefined, '', '  '])('is required, not %j', (header) => {
    expect(() => acceptedRevisions(header)).toThrow(IfMatchRequiredError);
  });

  it.each(['1', '"1', '1"', '"1" "2"', '"1",', 'W/1', '*, "1"', '"a"b"'])('refuses %s', (header) => {
    expect(() => acceptedRevisions(header)).toThrow(MalformedIfMatchError);
  });

  it('takes * for any revision', () => {
    expect(acceptedRevisions(' * ')).toBe('any');
  });

  it.each(['"3"', ' "3" ', '"1", "3"', '"x","3"'])('takes %s for revision 3', (header) => {
    expect(check(header, 3)).not.toThrow();
  });

  it.each(['"2"', '"03"', '"3.0"', 'W/"3"', '"2", "4"', '""'])('finds %s stale at revision 3', (header) => {
    expect(check(header, 3)).toThrow(PreconditionFailedError);
  });
});
