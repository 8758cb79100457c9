import { randomBytes } from 'node:crypto';
import { chown, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readIfThere, writeWhole } from '#system';
import { DamagedDataDirectoryError, EmbeddedServiceError } from '../errors.js';
import type { PostgresHome } from './home.js';
import { binary } from './native-binaries.js';
import { runAs } from './owner.js';

export const SUPERUSER = 'switchyard';

/** Makes the cluster at the first start; returns its superuser's password. */
export async function prepareCluster(
  dataDir: string,
  home: PostgresHome,
  report: (message: string) => void,
): Promise<string> {
  const passwordFile = join(dataDir, 'postgres-password');
  const kept = (await readIfThere(passwordFile))?.trim();
  if ((await stat(home.cluster).catch(() => null)) !== null) {
    await checkVersion(dataDir, home);
    if (kept) return kept;
    throw new DamagedDataDirectoryError(dataDir, `${passwordFile}, the database's password, is missing`);
  }
  report('First start: making the database.');
  const password = kept || randomBytes(24).toString('hex');
  await writeWhole(passwordFile, `${password}\n`);
  await initialise(home, password);
  return password;
}

/** Under another name until it is complete: a crash halfway leaves nothing that looks like a database. */
async function initialise(home: PostgresHome, password: string): Promise<void> {
  const draft = `${home.cluster}.new`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { mode: 0o700 });
  const data = join(draft, 'data');
  const passwordFile = join(draft, 'password');
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (home.owner !== null) {
    for (const path of [draft, passwordFile]) await chown(path, home.owner.uid, home.owner.gid);
  }
  const options = {
    pgdata: data,
    username: SUPERUSER,
    pwfile: passwordFile,
    auth: 'scram-sha-256',
    encoding: 'UTF8',
    locale: 'C',
  };
  const args = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
  await runAs(home.owner, binary(home.binaries, 'initdb'), args).catch((cause: Error) => {
    throw new EmbeddedServiceError('Postgres', cause.message, { cause });
  });
  await rename(data, home.cluster);
  await rm(draft, { recursive: true });
}

async function checkVersion(dataDir: string, home: PostgresHome): Promise<void> {
  const found = (await readFile(join(home.cluster, 'PG_VERSION'), 'utf8').catch(() => 'nothing')).trim();
  const expected = home.binaries.version.split('.')[0];
  if (found === expected) return;
  throw new DamagedDataDirectoryError(
    dataDir,
    `${home.cluster} must be a database of PostgreSQL ${expected}, got ${found}. ` +
      'Use the release that wrote it, or another directory with --data-dir',
  );
}
