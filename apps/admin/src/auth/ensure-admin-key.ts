import { randomBytes } from 'node:crypto';
import type { ApiKeys } from '#storage';
import { InvalidAdminConfigError } from '../errors/admin-errors.js';

const NAME = 'admin';
const SHORTEST = 16;

/** Stores the given key, or makes one at the first start. Returns a key that was made, to be shown once. */
export async function ensureAdminKey(keys: ApiKeys, preset: string | undefined): Promise<string | null> {
  if (preset !== undefined) {
    await keys.ensure(NAME, preset);
    return null;
  }
  const key = `sy_${randomBytes(32).toString('base64url')}`;
  return (await keys.add(NAME, key)) ? key : null;
}

/** The message of the error does not carry the key. */
export function checkAdminKey(key: string): void {
  if (key.length < SHORTEST) {
    throw new InvalidAdminConfigError(
      'SWITCHYARD_ADMIN_KEY',
      `at least ${SHORTEST} characters long`,
      `${key.length}`,
    );
  }
  if (!/^[!-~]+$/.test(key)) {
    throw new InvalidAdminConfigError(
      'SWITCHYARD_ADMIN_KEY',
      'printable ASCII without spaces',
      'another character',
    );
  }
}
