import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbedded } from '#embedded';
import { migrateDatabase } from '#storage';
import { databaseUrlOf, onServer } from './test-server.js';

/**
 * Once per run of the end-to-end tests: finds the servers (DATABASE_URL and REDIS_URL, or embedded ones) and
 * makes the migrated template that every test's database is a copy of. Plain JavaScript, because Jest loads it
 * without its own module system: the doors lead to the build here.
 */
export default async function globalSetup() {
  const services = await findServices();
  const template = `sy_test_${randomBytes(6).toString('hex')}`;
  globalThis.testServices = { ...services, template };
  await onServer(services.databaseUrl, (client) => client.query(`CREATE DATABASE ${template}`));
  const router = { name: `${template}_router`, password: randomBytes(12).toString('hex') };
  await migrateDatabase(databaseUrlOf(services.databaseUrl, template), router);
  // A copy needs the template to have no connections; autovacuum's count as well.
  await onServer(services.databaseUrl, (client) =>
    client.query(`ALTER DATABASE ${template} WITH ALLOW_CONNECTIONS false`),
  );
  process.env.SWITCHYARD_TEST_DATABASE_URL = services.databaseUrl;
  process.env.SWITCHYARD_TEST_REDIS_URL = services.redisUrl;
  process.env.SWITCHYARD_TEST_TEMPLATE = template;
  process.env.SWITCHYARD_TEST_ROUTER_PASSWORD = router.password;
}

async function findServices() {
  const { DATABASE_URL, REDIS_URL } = process.env;
  if (DATABASE_URL && REDIS_URL) return { databaseUrl: DATABASE_URL, redisUrl: REDIS_URL };
  const dataDir = await mkdtemp(join(tmpdir(), 'switchyard-test-'));
  // As root Postgres runs as another user, who has to get in.
  await chmod(dataDir, 0o755);
  const embedded = await startEmbedded(dataDir);
  return {
    databaseUrl: DATABASE_URL || embedded.databaseUrl,
    redisUrl: REDIS_URL || embedded.redisUrl,
    embedded,
    dataDir,
  };
}
