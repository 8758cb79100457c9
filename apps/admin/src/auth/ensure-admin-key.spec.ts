import { describe, expect, it } from '@jest/globals';
import { checkAdminKey } from './ensure-admin-key.js';

describe('checkAdminKey', () => {
  it('takes 16 printable characters', () => {
    expect(() => checkAdminKey('correct-horse-16')).not.toThrow();
  });

  it.each([
    ['short', 'SWITCHYARD_ADMIN_KEY must be at least 16 characters long, got 5'],
    [
      'a key with some spaces',
      'SWITCHYARD_ADMIN_KEY must be printable ASCII without spaces, got another character',
    ],
    [
      'schlüssel-schlüssel',
      'SWITCHYARD_ADMIN_KEY must be printable ASCII without spaces, got another character',
    ],
  ])('refuses %j without repeating it', (key, message) => {
    expect(() => checkAdminKey(key)).toThrow(new Error(message));
  });
});
