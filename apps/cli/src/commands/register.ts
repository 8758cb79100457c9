import type { Command } from 'commander';
import { environment } from '../environment.js';
import { UsageError } from '../failure.js';
import { gather, setOption } from '../options.js';

export function addRegister(program: Command): void {
  program
    .command('register')
    .description('Declare the experiments of deployments, so that routers serve them.')
    .requiredOption(
      '-f, --file <file>',
      'a SeldonDeployment or a pipeline that makes some; may be repeated',
      gather,
    )
    .addOption(setOption())
    .addHelpText('after', HELP)
    .action(register);
}

const HELP = `
Variables:
  DATABASE_URL, REDIS_URL      Postgres and Redis, migrated (switchyard migrate)

What changed in the file since it was last registered becomes a new revision; what the admin API changed stays.

Example:
  $ switchyard register -f deployment.yaml`;

interface RegisterOptions {
  readonly file: readonly string[];
  readonly set: ReadonlyMap<string, string>;
}

async function register({ file: files, set }: RegisterOptions): Promise<void> {
  const { databaseUrl, redisUrl } = environment();
  if (databaseUrl === undefined || redisUrl === undefined) {
    throw new UsageError('DATABASE_URL and REDIS_URL must be the URLs of a Postgres database and a Redis');
  }
  const { useStderrLogger } = await import('../stderr-logger.js');
  useStderrLogger();
  const { readDeployments } = await import('../instance/deployment-files.js');
  const { registerExperiments } = await import('../instance/register-experiments.js');
  const deployments = await readDeployments(files, null, set);
  const experiments = await registerExperiments(
    { databaseUrl, redisUrl },
    deployments.map(({ deployment }) => deployment),
  );
  for (const { name, current } of experiments) {
    process.stdout.write(`experiment ${name}: ${current.config.policy}, revision ${current.revision}\n`);
  }
}
