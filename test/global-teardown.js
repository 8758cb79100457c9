import { existsSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { onServer } from './test-server.js';

const RELOCATED = '/var/lib/switchyard';

/** Drops every database and role of this run and stops what `global-setup.js` started. */
export default async function globalTeardown() {
  const { databaseUrl, template, embedded, dataDir } = globalThis.testServices;
  await onServer(databaseUrl, (client) => dropAll(client, template));
  if (embedded !== undefined) {
    await embedded.stop();
    await rm(dataDir, { recursive: true, force: true, maxRetries: 50, retryDelay: 20 });
  }
  await removeRelocated();
}

/** As root, databases of closed temporary folders were kept elsewhere, each beside the name of its folder. */
async function removeRelocated() {
  for (const id of await readdir(RELOCATED).catch(() => [])) {
    const home = await readFile(join(RELOCATED, id, 'data-directory'), 'utf8').catch(() => '');
    const temporary = home.startsWith(join(tmpdir(), sep));
    if (temporary && !existsSync(home.trim()))
      await rm(join(RELOCATED, id), { recursive: true, force: true });
  }
}

async function dropAll(client, template) {
  const { rows } = await client.query('SELECT datname FROM pg_database WHERE starts_with(datname, $1)', [
    template,
  ]);
  for (const { datname } of rows) await client.query(`DROP DATABASE ${datname} WITH (FORCE)`);
  const roles = await client.query('SELECT rolname FROM pg_roles WHERE starts_with(rolname, $1)', [template]);
  for (const { rolname } of roles.rows) await client.query(`DROP ROLE ${rolname}`);
}
