import { randomUUID } from 'node:crypto';
import { link, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DataDirectoryInUseError } from './errors.js';
import { errorCode, readIfThere } from './files.js';
import { processIdentity } from './process-identity.js';

interface Holder {
  readonly id: string;
  readonly pid: number;
  /** See `processIdentity`: a pid alone may belong to somebody else by now. */
  readonly identity: string | null;
}

/**
 * One process at a time. The lock is a file that appears complete (hard link of a finished one); a lock whose
 * process is gone is taken over. Returns the release.
 */
export async function lockDirectory(directory: string): Promise<() => Promise<void>> {
  const file = join(directory, 'lock');
  const own: Holder = { id: randomUUID(), pid: process.pid, identity: await processIdentity(process.pid) };
  const draft = join(directory, `lock.${own.id}`);
  await writeFile(draft, JSON.stringify(own), { mode: 0o600 });
  try {
    while (!(await linked(draft, file))) await clearStale(directory, file);
  } finally {
    await rm(draft);
  }
  return async () => {
    if (parse(await readIfThere(file))?.id === own.id) await rm(file);
  };
}

/** Throws when the holder lives. */
async function clearStale(directory: string, file: string): Promise<void> {
  const text = await readIfThere(file);
  if (text === null) return;
  const holder = parse(text);
  if (holder !== null && (await isAlive(holder))) throw new DataDirectoryInUseError(directory, holder.pid);
  const aside = `${file}.stale-${randomUUID()}`;
  await rename(file, aside).catch(unlessGone);
  // Another process may have taken the stale lock over between our reading and our renaming: give it back.
  if ((await readIfThere(aside)) !== text) await linked(aside, file);
  await rm(aside, { force: true });
}

async function isAlive(holder: Holder): Promise<boolean> {
  const identity = await processIdentity(holder.pid);
  return identity !== null && identity === holder.identity;
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    unlessGone(error);
    return false;
  }
}

function unlessGone(error: unknown): void {
  if (errorCode(error) !== 'ENOENT') throw error;
}

function parse(text: string | null): Holder | null {
  try {
    return text === null ? null : (JSON.parse(text) as Holder);
  } catch {
    return null;
  }
}
