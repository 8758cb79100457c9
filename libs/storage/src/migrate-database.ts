import { DataSource, type QueryRunner } from 'typeorm';
import { databaseOptions } from './database-options.js';
import { NewerDatabaseError } from './errors.js';
import { ensurePartitions } from './partitions.js';

/** Any constant: one process migrates, the others wait. */
const LOCK = 7_301_953_118;

/**
 * Brings the schema up to date and returns the names of the migrations that it applied. Throws `NewerDatabaseError`
 * when the database knows migrations that this version does not.
 */
export async function migrateDatabase(databaseUrl: string): Promise<string[]> {
  const dataSource = new DataSource(databaseOptions(databaseUrl));
  await dataSource.initialize();
  try {
    const lock = dataSource.createQueryRunner();
    await lock.query('SELECT pg_advisory_lock($1)', [LOCK]);
    await refuseNewer(dataSource, lock);
    const applied = await dataSource.runMigrations({ transaction: 'all' });
    await ensurePartitions(dataSource, new Date());
    await lock.query('SELECT pg_advisory_unlock($1)', [LOCK]);
    await lock.release();
    return applied.map((migration) => migration.name);
  } finally {
    await dataSource.destroy();
  }
}

async function refuseNewer(dataSource: DataSource, runner: QueryRunner): Promise<void> {
  if (!(await runner.hasTable('migrations'))) return;
  const rows: { name: string }[] = await runner.query('SELECT name FROM migrations ORDER BY id');
  const known = new Set(dataSource.migrations.map((known) => known.name ?? known.constructor.name));
  const unknown = rows.map(({ name }) => name).filter((name) => !known.has(name));
  if (unknown.length > 0) throw new NewerDatabaseError(unknown);
}
