import type { Command } from 'commander';
import { anyHostOption, statusPortOption } from '../options.js';
import { runRole } from '../roles/run-role.js';

export function addTrainer(program: Command): void {
  program
    .command('trainer')
    .description('Run the trainer alone: folds decisions and rewards into evidence, and does the timed work.')
    .addOption(statusPortOption())
    .addOption(anyHostOption())
    .addHelpText('after', HELP)
    .action(trainer);
}

const HELP = `
Variables (flags win):
  DATABASE_URL, REDIS_URL      Postgres and Redis, migrated (switchyard migrate)

Several trainers share the work; an experiment is folded by one of them at a time.`;

async function trainer({
  statusPort,
  host,
}: {
  readonly statusPort: number;
  readonly host: string;
}): Promise<void> {
  const { loadTrainerConfig, startTrainer } = await import('#trainer');
  await runRole(async () => {
    const place = { SWITCHYARD_STATUS_PORT: String(statusPort), SWITCHYARD_HOST: host };
    const running = await startTrainer(loadTrainerConfig({ ...process.env, ...place }));
    const line = `trainer folds rewards into evidence, status on http://${host}:${running.statusPort}`;
    return { line, close: () => running.close() };
  });
}
