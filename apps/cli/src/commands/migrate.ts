import type { Command } from 'commander';
import { Option } from 'commander';
import type { RouterRole } from '#storage';
import type { Patience } from '../database/patience.js';
import { environment } from '../environment.js';
import { UsageError } from '../failure.js';
import { integer } from '../options.js';

const LONGEST_WAIT = 86_400;

interface MigrateOptions {
  readonly check: boolean;
  readonly wait: number;
  readonly routerRole?: string;
}

export function addMigrate(program: Command): void {
  program
    .command('migrate')
    .description('Bring the tables of DATABASE_URL up to date; several at once take turns.')
    .option(
      '--check',
      'change nothing: say whether they are up to date, with status 1 where they are not',
      false,
    )
    .addOption(
      new Option('--wait <seconds>', 'how long to wait for Postgres, and with --check for the tables')
        .argParser(integer(0, LONGEST_WAIT))
        .default(0),
    )
    .addOption(
      new Option(
        '--router-role <name>',
        'the role of Postgres that routers have: is made where it is missing, and may read experiments and append rewards',
      ).env('SWITCHYARD_ROUTER_ROLE'),
    )
    .addHelpText('after', HELP)
    .action(migrate);
}

const HELP = `
Variables:
  DATABASE_URL                     of a role that may create tables, and roles where one is to be made
  SWITCHYARD_ROUTER_PASSWORD       the password that the router's role gets; without it, it stays as it is
  SWITCHYARD_ROUTER_PASSWORD_FILE  a file with it instead

A database of a newer version is refused. switchyard up does this by itself.

Examples:
  $ DATABASE_URL=postgres://switchyard:...@db/switchyard switchyard migrate --router-role switchyard_router
  $ DATABASE_URL=postgres://switchyard:...@db/switchyard switchyard migrate --check --wait 600`;

async function migrate({ check, wait, routerRole: name }: MigrateOptions): Promise<void> {
  const { databaseUrl } = environment();
  if (databaseUrl === undefined)
    throw new UsageError('DATABASE_URL must be the URL of a Postgres database, got nothing');
  const { routerRoleOf } = await import('../database/router-role.js');
  const { withUsersDatabase } = await import('../instance/services.js');
  const { Patience } = await import('../database/patience.js');
  const patience = new Patience(wait, (line) => process.stdout.write(`${line}\n`));
  const role = await routerRoleOf(name);
  const work = check ? checked : migrated;
  process.stdout.write(await withUsersDatabase(databaseUrl, () => work(databaseUrl, patience, role)));
}

async function migrated(databaseUrl: string, patience: Patience, role?: RouterRole): Promise<string> {
  const { migrateDatabase } = await import('#storage');
  const { length } = await patience.reached(() => migrateDatabase(databaseUrl, role));
  const rights = role === undefined ? '' : `role ${role.name}: may do what routers do\n`;
  return `${length === 0 ? 'database up to date' : `database: ${length} migrations applied`}\n${rights}`;
}

async function checked(databaseUrl: string, patience: Patience, role?: RouterRole): Promise<string> {
  const { missingFromDatabase } = await import('#storage');
  await patience.complete(() => missingFromDatabase(databaseUrl, role));
  return 'database up to date\n';
}
