import type { Command } from 'commander';
import { environment } from '../environment.js';
import { UsageError } from '../failure.js';
import type { InstanceSettings } from '../instance/settings.js';
import type { Instance } from '../instance/start-instance.js';
import { welcome } from '../instance/welcome.js';
import { aborted, interruption } from '../interruption.js';
import {
  adminPortOption,
  dataDirOption,
  gather,
  grpcPortOption,
  hostOption,
  portOption,
  setOption,
} from '../options.js';

interface UpOptions {
  readonly file: readonly string[];
  readonly components?: string;
  readonly set: ReadonlyMap<string, string>;
  readonly host: string;
  readonly port: number;
  readonly grpcPort: number;
  readonly adminPort: number;
  readonly dataDir: string;
}

export function addUp(program: Command): void {
  program
    .command('up')
    .description(
      'Start router, trainer and admin on this machine, with Postgres and Redis where none are given.',
    )
    .requiredOption(
      '-f, --file <file>',
      'a SeldonDeployment or a pipeline that makes some; may be repeated',
      gather,
    )
    .addOption(setOption())
    .option('--components <file>', 'how components are run (default: components.yaml beside the deployment)')
    .addOption(portOption())
    .addOption(grpcPortOption())
    .addOption(adminPortOption())
    .addOption(hostOption())
    .addOption(dataDirOption())
    .addHelpText('after', HELP)
    .action(up);
}

const HELP = `
Variables (also read from .env in the current folder; flags win):
  DATABASE_URL, REDIS_URL   your own Postgres and Redis: both, or neither for embedded ones
  SWITCHYARD_ADMIN_KEY      presets the admin key; otherwise the first start makes one and prints it
  SWITCHYARD_DEBUG          1 shows the stack of a failure
  SELDON_ENABLE_ROUTING_INJECTION, CORS_ALLOWED_ORIGINS, CORS_ALLOWED_HEADERS, REQUEST_LOGGER_DEFAULT_ENDPOINT
                            Seldon's, for every deployment; svcOrchSpec.env wins

Examples:
  $ switchyard up -f examples/penguins/deployment.yaml
  $ switchyard up -f pipeline.yaml --set train-uri=./model.onnx    what kfp 1.8 compiled; also .zip, .tar.gz
  $ switchyard up -f a.yaml -f b.yaml --port 9000 --admin-port 9080
  $ switchyard up -f deployment.yaml --port 0 --grpc-port 0 --admin-port 0 --data-dir /tmp/try
  $ DATABASE_URL=postgres://... REDIS_URL=redis://... switchyard up -f deployment.yaml`;

async function up(options: UpOptions): Promise<void> {
  const { port, grpcPort, adminPort } = options;
  checkPorts({ '--port': port, '--grpc-port': grpcPort, '--admin-port': adminPort });
  const { adminKey, databaseUrl, redisUrl, variables } = environment();
  const { file: files, components = null, set: values, host, dataDir } = options;
  const settings: InstanceSettings = {
    ...{ files, components, values, host, port, grpcPort, adminPort, dataDir },
    ...{ adminKey, databaseUrl, redisUrl, variables },
  };
  const signal = interruption();
  const instance = await startUnlessInterrupted(settings, signal);
  if (instance) {
    process.stdout.write(`${welcome(instance, settings)}\n`);
    await aborted(signal);
    process.stdout.write('stopping\n');
    await instance.stop();
  }
  process.stdout.write('stopped\n');
}

/** Two that are to be free ones may both be 0. */
function checkPorts(ports: Readonly<Record<string, number>>): void {
  for (const [flag, port] of Object.entries(ports)) {
    const [other] = Object.entries(ports).find(([, used]) => used === port)!;
    if (other === flag || port === 0) continue;
    throw new UsageError(`${other} and ${flag} must differ, got ${port} for both`);
  }
}

async function startUnlessInterrupted(
  settings: InstanceSettings,
  signal: AbortSignal,
): Promise<Instance | null> {
  // Loaded late: --help and misuse need none of the servers.
  const { startInstance } = await import('../instance/start-instance.js');
  try {
    return await startInstance(settings, (line) => process.stdout.write(`- ${line}\n`), signal);
  } catch (error) {
    if (signal.aborted) return null;
    throw error;
  }
}
