import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { onParentGone, reportServing } from './parent-process.js';
import { type Owner, postgresEnvironment } from './postgres/owner.js';

export interface PostgresProcessSettings {
  readonly binary: string;
  readonly cluster: string;
  readonly port: number;
  readonly owner: Owner | null;
}

const POLL_MS = 10;
const FAST_SHUTDOWN_MS = 60_000;
/** Where postmaster.pid says how far the start has come (PostgreSQL's pidfile.h, LOCK_FILE_LINE_PM_STATUS). */
const STATUS_LINE = 8;

const settings = JSON.parse(process.argv[2]!) as PostgresProcessSettings;
const postgres = start();
postgres.once('error', (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
postgres.once('exit', (code) => process.exit(code ?? 1));
onParentGone(() => {
  postgres.kill('SIGINT');
  setTimeout(() => postgres.kill('SIGQUIT'), FAST_SHUTDOWN_MS);
});
while (!(await isReady())) await delay(POLL_MS);
reportServing();

function start(): ChildProcess {
  const options = {
    port: settings.port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    fsync: 'on',
    synchronous_commit: 'on',
    timezone: 'UTC',
    log_timezone: 'UTC',
  };
  const args = Object.entries(options).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return spawn(settings.binary, ['-D', settings.cluster, ...args], {
    ...settings.owner,
    cwd: '/',
    env: postgresEnvironment(),
    stdio: ['ignore', 'inherit', 'inherit'],
  });
}

async function isReady(): Promise<boolean> {
  const text = await readFile(join(settings.cluster, 'postmaster.pid'), 'utf8').catch(() => '');
  const lines = text.split('\n');
  return Number(lines[0]) === postgres.pid && lines[STATUS_LINE - 1]?.trim() === 'ready';
}
