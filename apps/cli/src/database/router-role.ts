import { readFile } from 'node:fs/promises';
import type { RouterRole } from '#storage';
import { environment } from '../environment.js';
import { UsageError } from '../failure.js';

/** The role with the password of the environment, or of the file that it names; undefined without a name. */
export async function routerRoleOf(name: string | undefined): Promise<RouterRole | undefined> {
  const { routerPassword, routerPasswordFile } = environment();
  if (name === undefined) return undefined;
  if (routerPassword !== undefined && routerPasswordFile !== undefined) {
    throw new UsageError(
      'SWITCHYARD_ROUTER_PASSWORD and SWITCHYARD_ROUTER_PASSWORD_FILE are set, expected one of them',
    );
  }
  if (routerPasswordFile === undefined) return { name, password: routerPassword };
  return { name, password: (await readFile(routerPasswordFile, 'utf8')).replace(/\r?\n$/, '') };
}
