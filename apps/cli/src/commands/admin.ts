import type { Command } from 'commander';
import { adminPortOption, anyHostOption } from '../options.js';
import { runRole } from '../roles/run-role.js';

export function addAdmin(program: Command): void {
  program
    .command('admin')
    .description('Run the admin API alone: experiments, weights, policies and revisions.')
    .addOption(adminPortOption())
    .addOption(anyHostOption())
    .addHelpText('after', HELP)
    .action(admin);
}

const HELP = `
Variables (flags win):
  DATABASE_URL, REDIS_URL      Postgres and Redis, migrated (switchyard migrate)
  SWITCHYARD_ADMIN_KEY         presets the admin key; otherwise the first start makes one and prints it`;

async function admin({
  adminPort,
  host,
}: {
  readonly adminPort: number;
  readonly host: string;
}): Promise<void> {
  const { loadAdminConfig, startAdmin } = await import('#admin');
  await runRole(async () => {
    const place = { SWITCHYARD_ADMIN_PORT: String(adminPort), SWITCHYARD_HOST: host };
    const { url, newKey, close } = await startAdmin(loadAdminConfig({ ...process.env, ...place }));
    const key = newKey === null ? '' : `\nadmin key ${newKey} (shown once)`;
    return { line: `admin listens on ${url}${key}`, close };
  });
}
