import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { testDatabase } from '#testing';

/** Without any table. */
export async function emptyDatabase(): Promise<string> {
  const url = await testDatabase();
  await onDatabase(url, 'DROP SCHEMA public CASCADE; CREATE SCHEMA public');
  return url;
}

export async function onDatabase(url: string, sql: string): Promise<Readonly<Record<string, unknown>>[]> {
  const client = await connectedTo(url);
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

export async function connectedTo(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  return client;
}

/** The name of a role of Postgres that goes with the run's databases. */
export function newRole(): string {
  return `${process.env.SWITCHYARD_TEST_TEMPLATE}_${randomBytes(3).toString('hex')}`;
}
