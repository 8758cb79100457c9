import type { DataSource, QueryRunner } from 'typeorm';
import { NewerDatabaseError } from './errors.js';

/**
 * The migrations of this version that the database has not had, in their order. Throws `NewerDatabaseError` when it
 * has had others.
 */
export async function missingMigrations(dataSource: DataSource, runner: QueryRunner): Promise<string[]> {
  const names = dataSource.migrations.map((migration) => migration.name ?? migration.constructor.name);
  const known = names.sort((a, b) => timeOf(a) - timeOf(b));
  if (!(await runner.hasTable('migrations'))) return known;
  const rows: { name: string }[] = await runner.query('SELECT name FROM migrations ORDER BY id');
  const had = rows.map(({ name }) => name);
  const unknown = had.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new NewerDatabaseError(unknown);
  return known.filter((name) => !had.includes(name));
}

/** The name of a migration ends with the time that it was made at, in 13 digits. */
function timeOf(name: string): number {
  return Number(name.slice(-13));
}
