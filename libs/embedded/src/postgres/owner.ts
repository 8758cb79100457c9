import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const USER = 'postgres';

/** Whom PostgreSQL runs as: it refuses to run as root. Null: as whoever runs this process. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

export async function postgresOwner(report: (message: string) => void): Promise<Owner | null> {
  if (process.getuid?.() !== 0) return null;
  const known = await lookUp();
  if (known !== null) return known;
  report(`PostgreSQL does not run as root: adding the system user ${USER}.`);
  await run('useradd', [
    '--system',
    '--user-group',
    '--no-create-home',
    '--shell',
    '/usr/sbin/nologin',
    USER,
  ]);
  const made = await lookUp();
  if (made === null) throw new Error(`the system user ${USER} could not be added`);
  return made;
}

/** Runs a program as the owner; its working directory is `/`, because the current one may be closed to them. */
export async function runAs(owner: Owner | null, file: string, args: readonly string[]): Promise<void> {
  await run(file, args, { ...owner, cwd: '/', env: postgresEnvironment() });
}

export async function succeedsAs(owner: Owner, file: string, args: readonly string[]): Promise<boolean> {
  return runAs(owner, file, args).then(
    () => true,
    () => false,
  );
}

/** None of the caller's: PGDATA, PGPORT, LC_ALL and their like would change what the server does. */
export function postgresEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' };
}

async function lookUp(): Promise<Owner | null> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', USER]), run('id', ['-g', USER])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return null;
  }
}
