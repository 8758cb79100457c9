import { randomUUID } from 'node:crypto';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { linked, readIfThere, writeWhole } from '#system';
import { DataDirectoryInUseError } from './errors.js';
import { processIdentity } from './process-identity.js';

const LOCK_FILE = /^lock\.(\d+)$/;
const RELEASED = '{}\n';

interface Holder {
  readonly pid?: number;
  /** See `processIdentity`: a pid alone may belong to somebody else by now. */
  readonly identity?: string | null;
}

/**
 * One process at a time; a lock whose process is gone is taken over. Returns the release.
 *
 * Locks are numbered files and the highest number counts. To lock is to make the next number, which only one
 * process can (a hard link of a finished file, so that nobody reads half of it). A lock is released by
 * emptying it, never by removing it: removing would let a slow process take a number that was in use meanwhile.
 */
export async function lockDirectory(directory: string): Promise<() => Promise<void>> {
  const draft = join(directory, `lock.draft-${randomUUID()}`);
  const own: Holder = { pid: process.pid, identity: await processIdentity(process.pid) };
  await writeFile(draft, JSON.stringify(own), { mode: 0o600 });
  try {
    for (;;) {
      const older = await locksIn(directory);
      await refuseLiving(directory, older.at(-1));
      const number = (older.at(-1) ?? 0) + 1;
      const file = fileOf(directory, number);
      if (!(await linked(draft, file))) continue;
      if ((await locksIn(directory)).at(-1) === number) {
        for (const old of older) await rm(fileOf(directory, old), { force: true });
        return () => writeWhole(file, RELEASED);
      }
      await rm(file);
    }
  } finally {
    await rm(draft);
  }
}

/** Ascending. */
async function locksIn(directory: string): Promise<number[]> {
  const matches = (await readdir(directory)).map((name) => LOCK_FILE.exec(name));
  return matches.flatMap((match) => (match === null ? [] : [Number(match[1])])).sort((a, b) => a - b);
}

async function refuseLiving(directory: string, lock: number | undefined): Promise<void> {
  if (lock === undefined) return;
  const { pid, identity } = holderIn(await readIfThere(fileOf(directory, lock)));
  if (pid === undefined) return;
  const now = await processIdentity(pid);
  if (now !== null && now === identity) throw new DataDirectoryInUseError(directory, pid);
}

/** Nobody, where the text was cut off by a crash of the machine. */
function holderIn(text: string | null): Holder {
  try {
    return JSON.parse(text ?? RELEASED) as Holder;
  } catch {
    return {};
  }
}

function fileOf(directory: string, lock: number): string {
  return join(directory, `lock.${lock}`);
}
