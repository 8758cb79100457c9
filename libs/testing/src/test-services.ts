import { randomBytes } from 'node:crypto';
import { Client } from 'pg';

/**
 * A database of its own with all migrations applied, as a copy of the run's template. Dropped when the run
 * ends. Only in end-to-end tests, whose `test/global-setup.js` provides the server.
 */
export async function testDatabase(): Promise<string> {
  const url = new URL(provided('SWITCHYARD_TEST_DATABASE_URL'));
  const template = provided('SWITCHYARD_TEST_TEMPLATE');
  const name = `${template}_${randomBytes(6).toString('hex')}`;
  const client = new Client({ connectionString: url.href });
  await client.connect();
  try {
    await client.query(`CREATE DATABASE ${name} TEMPLATE ${template}`);
  } finally {
    await client.end();
  }
  url.pathname = `/${name}`;
  return url.href;
}

/** The same database for a router: with the role that `switchyard migrate --router-role` makes. */
export function testRouterUrl(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  url.username = `${provided('SWITCHYARD_TEST_TEMPLATE')}_router`;
  url.password = provided('SWITCHYARD_TEST_ROUTER_PASSWORD');
  return url.href;
}

/**
 * The Redis database of this Jest worker, one of numbers 1 to 15: number 0, where people keep things, is never
 * touched. Empty at the start of every test file. Pub/sub channels are not separated by database.
 */
export function testRedisUrl(): string {
  const url = new URL(provided('SWITCHYARD_TEST_REDIS_URL'));
  const worker = Number(process.env.JEST_WORKER_ID ?? '1');
  url.pathname = `/${((worker - 1) % 15) + 1}`;
  return url.href;
}

function provided(variable: string): string {
  const value = process.env[variable];
  if (value === undefined) {
    throw new Error(
      `${variable} is not set: tests that need servers are end-to-end tests (test/*.e2e-spec.ts)`,
    );
  }
  return value;
}
