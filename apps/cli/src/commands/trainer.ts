import type { Command } from 'commander';
import { runRole } from '../roles/run-role.js';

export function addTrainer(program: Command): void {
  program
    .command('trainer')
    .description('Run the trainer alone: folds decisions and rewards into evidence, and does the timed work.')
    .addHelpText('after', HELP)
    .action(trainer);
}

const HELP = `
Variables:
  DATABASE_URL, REDIS_URL      Postgres and Redis, migrated (switchyard migrate)

Several trainers share the work; an experiment is folded by one of them at a time.`;

async function trainer(): Promise<void> {
  const { loadTrainerConfig, startTrainer } = await import('#trainer');
  await runRole(async () => {
    const running = await startTrainer(loadTrainerConfig(process.env));
    return { line: 'trainer folds rewards into evidence', close: () => running.close() };
  });
}
