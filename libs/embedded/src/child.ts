import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EmbeddedServiceError } from './errors.js';

const LOG_TAIL_BYTES = 2000;

export interface ChildPlan {
  /** As a person calls the service: "Postgres". */
  readonly service: string;
  /** Of this library. It sends one message once it serves, and ends on `disconnect`. */
  readonly entry: URL;
  /** Reaches the child as JSON in its first argument, which every user of the machine can see: no secrets. */
  readonly settings: object;
  readonly logFile: string;
}

/**
 * A process of its own, tied to this one by its IPC channel: when this process ends, however it ends, the
 * channel closes and the child stops itself. It has its own session, so that a Ctrl-C in the terminal reaches
 * only this process, which then stops things in order.
 */
export async function startChild(plan: ChildPlan): Promise<ChildProcess> {
  const log = await open(plan.logFile, 'a', 0o600);
  try {
    const start = (await log.stat()).size;
    const child = fork(compiled(plan.entry), [JSON.stringify(plan.settings)], {
      detached: true,
      execArgv: ['--disable-warning=ExperimentalWarning'],
      stdio: ['ignore', log.fd, log.fd, 'ipc'],
    });
    const served = await Promise.race([
      once(child, 'message').then(() => true),
      once(child, 'exit').then(() => false),
    ]);
    if (!served) throw new EmbeddedServiceError(plan.service, await endOf(plan.logFile, start));
    return child;
  } finally {
    await log.close();
  }
}

/** Children run compiled files. From source (in tests) that is the build, which `npm test` makes first. */
function compiled(entry: URL): string {
  const file = fileURLToPath(entry);
  if (existsSync(file)) return file;
  const at = file.lastIndexOf(join(sep, 'libs', 'embedded', sep));
  return join(file.slice(0, at), 'dist', file.slice(at));
}

async function endOf(logFile: string, start: number): Promise<string> {
  const log = await open(logFile);
  try {
    return `${await tail(log, start)}(log: ${logFile})`;
  } finally {
    await log.close();
  }
}

async function tail(log: FileHandle, start: number): Promise<string> {
  const { size } = await log.stat();
  const from = Math.max(start, size - LOG_TAIL_BYTES);
  const { buffer } = await log.read(Buffer.alloc(size - from), 0, size - from, from);
  return buffer.toString('utf8');
}
