import { randomUUID } from 'node:crypto';
import { mkdir, realpath, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { errorCode, isThere, readIfThere, writeWhole } from '#system';
import {
  DamagedDataDirectoryError,
  DataDirectoryNotWritableError,
  NewerDataDirectoryError,
  NotADirectoryError,
} from './errors.js';

const FORMAT = 1;
const FORMAT_FILE = 'data-directory.json';

/** Makes the directory where it is missing and checks that it can be used; returns its real path. */
export async function openDataDirectory(path: string): Promise<string> {
  const wanted = resolve(path);
  try {
    await makeDirectory(wanted);
    const directory = await realpath(wanted);
    await checkFormat(directory);
    const probe = join(directory, `.writable-${randomUUID()}`);
    await writeWhole(probe, '');
    await rm(probe);
    return directory;
  } catch (error) {
    throw await explained(wanted, error);
  }
}

/** As `mkdir -p`. Node's own `recursive` never returns where making one fails with ENOENT, as in /proc. */
async function makeDirectory(path: string): Promise<void> {
  if (await isThere(path)) return;
  await makeDirectory(dirname(path));
  await mkdir(path).catch((error) => {
    if (errorCode(error) !== 'EEXIST') throw error;
  });
}

async function checkFormat(directory: string): Promise<void> {
  const file = join(directory, FORMAT_FILE);
  const text = await readIfThere(file);
  if (text === null) return writeWhole(file, `${JSON.stringify({ format: FORMAT })}\n`);
  const format = formatIn(text);
  if (format === null) {
    throw new DamagedDataDirectoryError(
      directory,
      `${file} must hold {"format": a number}, got ${text.trim()}`,
    );
  }
  if (format > FORMAT) throw new NewerDataDirectoryError(directory, format, FORMAT);
}

function formatIn(text: string): number | null {
  try {
    const format: unknown = JSON.parse(text)?.format;
    return typeof format === 'number' && Number.isInteger(format) && format > 0 ? format : null;
  } catch {
    return null;
  }
}

async function explained(path: string, error: unknown): Promise<unknown> {
  switch (errorCode(error)) {
    case 'EEXIST':
    case 'ENOTDIR':
      return new NotADirectoryError(path, await obstacleOf(path));
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
    case 'ENOSPC':
    case 'EDQUOT':
    case 'ENOENT':
      return new DataDirectoryNotWritableError(path, error as Error);
    default:
      return error;
  }
}

/** The nearest existing ancestor (or the path itself): what stands in the way. */
async function obstacleOf(path: string): Promise<string> {
  const found = await stat(path).catch(() => null);
  return found !== null || dirname(path) === path ? path : obstacleOf(dirname(path));
}
