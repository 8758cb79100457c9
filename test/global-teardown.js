import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { onServer } from './test-server.js';

/** Drops every database of this run and stops what `global-setup.js` started. */
export default async function globalTeardown() {
  const { databaseUrl, template, embedded, dataDir } = globalThis.testServices;
  await onServer(databaseUrl, (client) => dropDatabases(client, template));
  if (embedded === undefined) return;
  await embedded.stop();
  const elsewhere = await readFile(join(dataDir, 'postgres-location'), 'utf8').catch(() => null);
  for (const folder of [elsewhere?.trim(), dataDir]) {
    if (folder) await rm(folder, { recursive: true, force: true });
  }
}

async function dropDatabases(client, template) {
  const { rows } = await client.query('SELECT datname FROM pg_database WHERE starts_with(datname, $1)', [
    template,
  ]);
  for (const { datname } of rows) await client.query(`DROP DATABASE ${datname} WITH (FORCE)`);
}
