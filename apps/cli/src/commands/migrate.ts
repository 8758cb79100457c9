import type { Command } from 'commander';
import { environment } from '../environment.js';
import { UsageError } from '../failure.js';

export function addMigrate(program: Command): void {
  program
    .command('migrate')
    .description('Bring the tables of DATABASE_URL up to date; several at once take turns.')
    .addHelpText('after', HELP)
    .action(migrate);
}

const HELP = `
A database of a newer version is refused. switchyard up does this by itself.

Example:
  $ DATABASE_URL=postgres://switchyard:...@db/switchyard switchyard migrate`;

async function migrate(): Promise<void> {
  const { databaseUrl } = environment();
  if (databaseUrl === undefined)
    throw new UsageError('DATABASE_URL must be the URL of a Postgres database, got nothing');
  const { migrate: bringUpToDate } = await import('../instance/services.js');
  const applied = await bringUpToDate(databaseUrl, true);
  process.stdout.write(applied === 0 ? 'database up to date\n' : `database: ${applied} migrations applied\n`);
}
