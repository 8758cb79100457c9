import { randomUUID } from 'node:crypto';
import { readdir, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorCode, linked, readIfThere } from '#system';

const POLL_MS = 50;
const HEARTBEAT_MS = 2_000;
/** Of a process on another machine, or whose pid somebody else has by now. */
const STALE_MS = 30_000;

export type Release = () => Promise<void>;

/**
 * One holder at a time, across processes and machines that share the folder. Locks are numbered files, of which the
 * highest counts; to lock is to make the next number, which only one can (a hard link of a finished file). A lock is
 * released by emptying it: removing it would let a slow process take a number that was in use meanwhile.
 */
export async function lock(folder: string, name: string, signal: AbortSignal | undefined): Promise<Release> {
  const draft = join(folder, `draft-${randomUUID()}`);
  await writeFile(draft, JSON.stringify({ host: hostname(), pid: process.pid }));
  try {
    for (;;) {
      signal?.throwIfAborted();
      const file = await take(folder, name, draft);
      if (file !== null) return kept(file);
      await sleep(POLL_MS, undefined, { signal });
    }
  } finally {
    await rm(draft, { force: true });
  }
}

async function take(folder: string, name: string, draft: string): Promise<string | null> {
  const older = await numbersOf(folder, name);
  const newest = older.at(-1) ?? 0;
  if (newest > 0 && (await isHeld(fileOf(folder, name, newest)))) return null;
  const file = fileOf(folder, name, newest + 1);
  if (!(await linked(draft, file))) return null;
  if ((await numbersOf(folder, name)).at(-1) !== newest + 1) {
    await rm(file, { force: true });
    return null;
  }
  for (const old of older) await rm(fileOf(folder, name, old), { force: true });
  return file;
}

function kept(file: string): Release {
  const beat = setInterval(() => {
    const now = new Date();
    utimes(file, now, now).catch(() => undefined);
  }, HEARTBEAT_MS).unref();
  return async () => {
    clearInterval(beat);
    await truncate(file).catch((error: unknown) => {
      if (errorCode(error) !== 'ENOENT') throw error;
    });
  };
}

async function isHeld(file: string): Promise<boolean> {
  const text = await readIfThere(file);
  if (!text) return false;
  const holder = JSON.parse(text) as { host: string; pid: number };
  if (holder.host === hostname() && !isRunning(holder.pid)) return false;
  try {
    return Date.now() - (await stat(file)).mtimeMs < STALE_MS;
  } catch {
    return false;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) !== 'ESRCH';
  }
}

/** Ascending. */
async function numbersOf(folder: string, name: string): Promise<number[]> {
  const numbers = (await readdir(folder)).filter((file) => file.startsWith(`${name}.`));
  return numbers.map((file) => Number(file.slice(name.length + 1))).sort((a, b) => a - b);
}

function fileOf(folder: string, name: string, number: number): string {
  return join(folder, `${name}.${number}`);
}
