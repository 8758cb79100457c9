import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { readIfThere } from '#system';
import { EmbeddedServiceError } from '../errors.js';
import { processCommand, processIdentity } from '../process-identity.js';

const POLL_MS = 20;
const FAST_SHUTDOWN_MS = 30_000;
const IMMEDIATE_SHUTDOWN_MS = 10_000;

/**
 * Stops the server that a killed run left on this cluster. Call it only while holding the data directory's
 * lock: it cannot tell a leftover from a server in use.
 */
export async function stopLeftover(cluster: string, report: (message: string) => void): Promise<void> {
  const pidFile = join(cluster, 'postmaster.pid');
  const text = await readIfThere(pidFile);
  if (text === null) return;
  const pid = Number.parseInt(text, 10);
  if (!(pid > 0) || !(await isServerOf(cluster, pid))) {
    // PostgreSQL itself asks only whether the pid exists, and would refuse for a zombie or a stranger. Backends
    // that may have outlived their server still keep it from starting, by its shared memory.
    await rm(pidFile, { force: true });
    return;
  }
  report(`Stopping the database server that the previous run left (process ${pid}).`);
  if (await stopped(pid, 'SIGINT', FAST_SHUTDOWN_MS)) return;
  if (await stopped(pid, 'SIGQUIT', IMMEDIATE_SHUTDOWN_MS)) return;
  throw new EmbeddedServiceError('Postgres', `process ${pid} of the previous run does not stop`);
}

async function isServerOf(cluster: string, pid: number): Promise<boolean> {
  if ((await processIdentity(pid)) === null) return false;
  const command = await processCommand(pid);
  return command?.includes(`postgres -D ${cluster} `) ?? false;
}

async function stopped(pid: number, signal: NodeJS.Signals, limitMs: number): Promise<boolean> {
  const identity = await processIdentity(pid);
  try {
    process.kill(pid, signal);
  } catch {
    return true;
  }
  for (let waited = 0; waited < limitMs; waited += POLL_MS) {
    if ((await processIdentity(pid)) !== identity) return true;
    await delay(POLL_MS);
  }
  return false;
}
