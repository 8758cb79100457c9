import type { Command } from 'commander';
import { Option } from 'commander';
import { anyHostOption, grpcPortOption, portOption } from '../options.js';
import { runRole } from '../roles/run-role.js';

interface RouterOptions {
  readonly file: string;
  readonly components?: string;
  readonly host: string;
  readonly port: number;
  readonly grpcPort: number;
  readonly reload?: boolean;
  readonly snapshotFolder?: string;
}

export function addRouter(program: Command): void {
  program
    .command('router')
    .description('Run the data plane alone: predictions and feedback of the deployments in a file.')
    .addOption(
      new Option('-f, --file <file>', 'a file of SeldonDeployments in YAML')
        .env('SWITCHYARD_DEPLOYMENT')
        .makeOptionMandatory(),
    )
    .addOption(
      new Option('--components <file>', 'how components are run (default: components.yaml beside it)').env(
        'SWITCHYARD_COMPONENTS',
      ),
    )
    .option('--reload', 'serve what changes in the two files without a new start')
    .addOption(
      new Option(
        '--snapshot-folder <folder>',
        'keeps what experiments choose by, to start from while the stores are away',
      ).env('SWITCHYARD_SNAPSHOT_FOLDER'),
    )
    .addOption(portOption())
    .addOption(grpcPortOption())
    .addOption(anyHostOption())
    .addHelpText('after', HELP)
    .action(router);
}

const HELP = `
Variables (flags win):
  DATABASE_URL, REDIS_URL      Postgres and Redis, migrated (switchyard migrate); without both nothing is recorded
  SWITCHYARD_RELOAD            true is --reload
  SWITCHYARD_RECEIPT_KEY       signs receipts: at least 32 hexadecimal digits, the same for all routers
  SWITCHYARD_DRAIN_SECONDS     go on this long when told to end, and tell clients to connect elsewhere; 0 unless given
  SELDON_ENABLE_ROUTING_INJECTION, CORS_ALLOWED_ORIGINS, CORS_ALLOWED_HEADERS     as Seldon's engine takes them

Experiments are served once they are registered (switchyard register), also when that happens later.

Example:
  $ switchyard router -f deployment.yaml --port 8000`;

async function router({ file, components, host, port, grpcPort, ...options }: RouterOptions): Promise<void> {
  const { loadRouterConfig, startRouter } = await import('#router');
  await runRole(async () => {
    const config = await loadRouterConfig({
      ...process.env,
      SWITCHYARD_DEPLOYMENT: file,
      SWITCHYARD_COMPONENTS: components,
      SWITCHYARD_HOST: host,
      SWITCHYARD_PORT: String(port),
      SWITCHYARD_GRPC_PORT: String(grpcPort),
      ...(options.reload && { SWITCHYARD_RELOAD: 'true' }),
      SWITCHYARD_SNAPSHOT_FOLDER: options.snapshotFolder,
    });
    const { url, grpcPort: bound, close } = await startRouter(config);
    return { line: `router listens on ${url}, gRPC on port ${bound}`, close };
  });
}
