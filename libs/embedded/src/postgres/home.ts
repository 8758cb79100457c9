import { randomUUID } from 'node:crypto';
import { cp, mkdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readIfThere, writeWhole } from '#system';
import { DamagedDataDirectoryError } from '../errors.js';
import { binary, type NativeBinaries, nativeBinaries } from './native-binaries.js';
import { type Owner, postgresOwner, succeedsAs } from './owner.js';

/** Open to every user, unlike a home directory. Only used when this process runs as root. */
const SHARED_FOLDER = '/var/lib/switchyard';
const POINTER_FILE = 'postgres-location';

export interface PostgresHome {
  /** PostgreSQL's own data directory. It does not exist before the first start. */
  readonly cluster: string;
  readonly binaries: NativeBinaries;
  readonly owner: Owner | null;
}

/**
 * As root PostgreSQL runs as another user, who cannot enter a folder below /root. What that user cannot reach
 * is kept below /var/lib/switchyard instead.
 */
export async function postgresHome(
  dataDir: string,
  report: (message: string) => void,
): Promise<PostgresHome> {
  const binaries = await nativeBinaries();
  const user = await postgresOwner(report);
  if (user === null) return { cluster: join(dataDir, 'postgres'), binaries, owner: null };
  const cluster = await clusterLocation(dataDir, user, report);
  const owner = await existingOwner(cluster, user);
  return { cluster, binaries: await reachableBinaries(binaries, owner, report), owner };
}

async function clusterLocation(
  dataDir: string,
  owner: Owner,
  report: (message: string) => void,
): Promise<string> {
  const pointer = join(dataDir, POINTER_FILE);
  const pointed = (await readIfThere(pointer))?.trim();
  if (pointed !== undefined) {
    if ((await stat(pointed).catch(() => null)) !== null) return join(pointed, 'postgres');
    throw new DamagedDataDirectoryError(
      dataDir,
      `${pointer} says that the database is in ${pointed}, which does not exist. Bring it back, or remove ${pointer} to begin anew`,
    );
  }
  if (await succeedsAs(owner, '/bin/sh', ['-c', 'cd -- "$1"', 'sh', dataDir]))
    return join(dataDir, 'postgres');
  const elsewhere = join(SHARED_FOLDER, randomUUID());
  await mkdir(elsewhere, { recursive: true, mode: 0o755 });
  await writeWhole(join(elsewhere, 'data-directory'), `${dataDir}\n`);
  await writeWhole(pointer, `${elsewhere}\n`);
  report(`The user postgres cannot enter ${dataDir}: the database is kept in ${elsewhere}.`);
  return join(elsewhere, 'postgres');
}

/** A cluster that an ordinary user made stays theirs when root starts it. */
async function existingOwner(cluster: string, user: Owner): Promise<Owner> {
  const found = await stat(cluster).catch(() => null);
  return found === null || found.uid === 0 ? user : { uid: found.uid, gid: found.gid };
}

async function reachableBinaries(
  binaries: NativeBinaries,
  owner: Owner,
  report: (message: string) => void,
): Promise<NativeBinaries> {
  if (await succeedsAs(owner, binary(binaries, 'postgres'), ['--version'])) return binaries;
  const folder = join(SHARED_FOLDER, `postgresql-${binaries.version}-${process.arch}`);
  if ((await stat(folder).catch(() => null)) === null) {
    report(`The user postgres cannot run ${binaries.folder}: copying it to ${folder}.`);
    const draft = `${folder}.${randomUUID()}`;
    await cp(binaries.folder, draft, { recursive: true, verbatimSymlinks: true });
    // Fails when another process was faster; its copy is as good.
    await rename(draft, folder).catch(() => rm(draft, { recursive: true }));
  }
  return { ...binaries, folder };
}
