import { DataSource, type DataSourceOptions } from 'typeorm';
import { databaseOptions } from './database-options.js';
import { missingMigrations } from './missing-migrations.js';
import { ensurePartitions } from './partitions.js';
import { grantRouterRole, lackingRights, type RouterRole } from './router-role.js';

/** Any constant: one process migrates, the others wait. */
const LOCK = 7_301_953_118;

/**
 * Brings the schema up to date, gives `routerRole` its rights, and returns the names of the migrations that it applied.
 * Throws `NewerDatabaseError` when the database knows migrations that this version does not, and what
 * `grantRouterRole` does.
 */
export async function migrateDatabase(databaseUrl: string, routerRole?: RouterRole): Promise<string[]> {
  // Who waits for another's turn, or for a large table, does so in one statement.
  const options = { ...databaseOptions(databaseUrl), extra: {} };
  return connected(options, async (dataSource) => {
    const lock = dataSource.createQueryRunner();
    await lock.query('SELECT pg_advisory_lock($1)', [LOCK]);
    await missingMigrations(dataSource, lock);
    const applied = await dataSource.runMigrations({ transaction: 'all' });
    await ensurePartitions(dataSource, new Date());
    if (routerRole !== undefined) await grantRouterRole(dataSource, routerRole);
    await lock.query('SELECT pg_advisory_unlock($1)', [LOCK]);
    await lock.release();
    return applied.map((migration) => migration.name);
  });
}

/**
 * What `migrateDatabase` would still have to do, in words; empty when the database is up to date. Changes nothing.
 * Throws `NewerDatabaseError`.
 */
export async function missingFromDatabase(
  databaseUrl: string,
  routerRole?: Pick<RouterRole, 'name'>,
): Promise<string[]> {
  return connected(databaseOptions(databaseUrl), async (dataSource) => {
    const runner = dataSource.createQueryRunner();
    const migrations = await missingMigrations(dataSource, runner);
    if (migrations.length > 0) return migrations.map((name) => `migration ${name}`);
    return routerRole === undefined ? [] : lackingRights(runner, routerRole);
  });
}

async function connected<T>(
  options: DataSourceOptions,
  work: (dataSource: DataSource) => Promise<T>,
): Promise<T> {
  const dataSource = await new DataSource(options).initialize();
  try {
    return await work(dataSource);
  } finally {
    await dataSource.destroy();
  }
}
