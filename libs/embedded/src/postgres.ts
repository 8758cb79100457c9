import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { freePort } from '#system';
import { type ChildPlan, startChild } from './child.js';
import { KeptChild } from './kept-child.js';
import { prepareCluster, SUPERUSER } from './postgres/cluster.js';
import { type PostgresHome, postgresHome } from './postgres/home.js';
import { stopLeftover } from './postgres/leftover.js';
import { binary } from './postgres/native-binaries.js';
import type { PostgresProcessSettings } from './postgres-process.js';

const DATABASE = 'switchyard';
const RETRY_MS = 1000;

export interface RunningPostgres {
  readonly databaseUrl: string;
  stop(): Promise<void>;
}

/** A real PostgreSQL whose data outlives it. The caller holds the lock of the data directory. */
export async function startPostgres(
  dataDir: string,
  report: (message: string) => void,
): Promise<RunningPostgres> {
  const home = await postgresHome(dataDir, report);
  const password = await prepareCluster(dataDir, home, report);
  const port = await freePort();
  const plan = childPlan(dataDir, home, port);
  const start = async () => {
    await stopLeftover(home.cluster, report);
    // Of a server that was killed, a worker may live on for a moment and hold the shared memory.
    return startChild(plan).catch(() => delay(RETRY_MS).then(() => startChild(plan)));
  };
  const kept = await KeptChild.start(plan.service, start, report);
  const url = (database: string) => `postgres://${SUPERUSER}:${password}@127.0.0.1:${port}/${database}`;
  try {
    await ensureDatabase(url('postgres'));
  } catch (error) {
    await kept.stop();
    throw error;
  }
  return { databaseUrl: url(DATABASE), stop: () => kept.stop() };
}

function childPlan(dataDir: string, home: PostgresHome, port: number): ChildPlan {
  const settings: PostgresProcessSettings = {
    binary: binary(home.binaries, 'postgres'),
    cluster: home.cluster,
    port,
    owner: home.owner,
  };
  return {
    service: 'Postgres',
    entry: new URL('./postgres-process.js', import.meta.url),
    settings,
    logFile: join(dataDir, 'postgres.log'),
  };
}

async function ensureDatabase(maintenanceUrl: string): Promise<void> {
  const client = new Client({ connectionString: maintenanceUrl });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
  } finally {
    await client.end();
  }
}
