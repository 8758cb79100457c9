import { type Command, Option } from 'commander';
import type { ServiceType } from '#component';
import { messageOf, UsageError } from '../failure.js';
import { aborted, interruption } from '../interruption.js';
import { integer } from '../options.js';

interface ComponentOptions {
  readonly serviceType: ServiceType;
  readonly parameters: string;
  readonly workers: number;
  readonly host: string;
  readonly httpPort?: number;
  readonly grpcPort: number;
  readonly metricsPort: number;
  readonly keepalive: number;
  readonly maxBodyMb: number;
}

const SERVICE_TYPES: readonly ServiceType[] = [
  'MODEL',
  'ROUTER',
  'TRANSFORMER',
  'OUTPUT_TRANSFORMER',
  'COMBINER',
];
const port = integer(0, 65_535);
const MEBIBYTE = 1024 * 1024;

export function addComponent(program: Command): void {
  const command = program
    .command('component')
    .description(
      "Serve a TypeScript or JavaScript class as Seldon's component, in place of its Python wrapper.",
    )
    .argument('<name>', 'Model is the class Model of ./Model.ts or ./model.ts; also a path, or pkg.mod.Class')
    .addOption(
      new Option('--service-type <type>', 'what the class is')
        .env('SERVICE_TYPE')
        .choices(SERVICE_TYPES)
        .default('MODEL'),
    )
    .addOption(
      new Option('--parameters <json>', "the constructor's argument: [{name, value, type}, ...]")
        .env('PREDICTIVE_UNIT_PARAMETERS')
        .default('[]'),
    )
    .addOption(
      new Option('--workers <number>', 'processes that share the ports')
        .env('GUNICORN_WORKERS')
        .argParser(integer(1, 512))
        .default(1),
    )
    .addHelpText('after', HELP)
    .action(component);
  for (const option of serverOptions()) command.addOption(option);
  for (const flags of WITHOUT_EFFECT) command.addOption(new Option(flags).hideHelp());
}

function serverOptions(): Option[] {
  return [
    new Option('--host <address>', 'address to listen on').env('SWITCHYARD_HOST').default('0.0.0.0'),
    new Option('--http-port <number>', 'port of predictions (default: PREDICTIVE_UNIT_SERVICE_PORT, 9000)')
      .env('PREDICTIVE_UNIT_HTTP_SERVICE_PORT')
      .argParser(port),
    new Option('--grpc-port <number>', 'port of the same over gRPC')
      .env('PREDICTIVE_UNIT_GRPC_SERVICE_PORT')
      .argParser(port)
      .default(5000),
    new Option('--metrics-port <number>', 'port of the Prometheus metrics')
      .env('PREDICTIVE_UNIT_METRICS_SERVICE_PORT')
      .argParser(port)
      .default(6000),
    new Option('--keepalive <seconds>', 'how long a connection may be idle')
      .env('GUNICORN_KEEPALIVE')
      .argParser(integer(1, 86_400))
      .default(65),
    new Option('--max-body-mb <number>', 'larger requests are refused')
      .env('SWITCHYARD_MAX_BODY_MB')
      .argParser(integer(1, 1024))
      .default(64),
  ];
}

/** Of Python's wrapper; they are taken, so that a Dockerfile needs no other flags, and named in a notice. */
const WITHOUT_EFFECT = [
  '--threads <number>',
  '--grpc-threads <number>',
  '--grpc-workers <number>',
  '--single-threaded [flag]',
  '--max-requests <number>',
  '--max-requests-jitter <number>',
  '--persistence <flag>',
  '--tracing [flag]',
  '--debug [flag]',
  '--access-log [flag]',
  '--log-level <level>',
  '--pidfile <file>',
];

const HELP = `
Variables (flags win): those above, and what Seldon's operator sets:
  PREDICTIVE_UNIT_ID, PREDICTIVE_UNIT_IMAGE     written into meta.requestPath; the first finds a feedback's routing
  SELDON_DEPLOYMENT_ID, PREDICTOR_ID, PREDICTOR_LABELS     labels of the metrics
  PREDICTIVE_UNIT_METRICS_ENDPOINT              path of the metrics, besides /metrics and /prometheus
  MODEL_METADATA                                YAML, goes before initMetadata()
  INCLUDE_METRICS_IN_CLIENT_RESPONSE            false leaves meta.metrics out of answers
  PAYLOAD_PASSTHROUGH                           true hands the body of a prediction to predictRaw() as it came

Examples:
  $ switchyard component Model
  $ switchyard component ./src/input-transformer.ts --service-type TRANSFORMER --workers 4
  $ switchyard component Router --service-type ROUTER --parameters '[{"name":"ratio","value":"0.3","type":"FLOAT"}]'`;

async function component(name: string, options: ComponentOptions, command: Command): Promise<void> {
  const signal = interruption();
  const { findClass, readEnvironment, readParameters, startWorkers } = await import('#component');
  const { metricsPath, ...environment } = readEnvironment(process.env);
  const { serviceType, host, grpcPort, metricsPort, workers } = options;
  const running = await startWorkers(
    {
      ...findClass(name, process.cwd()),
      ...environment,
      ...{ serviceType, host, httpPort: httpPortOf(options), grpcPort },
      parameters: readParameters(options.parameters),
      maxBodyBytes: options.maxBodyMb * MEBIBYTE,
      keepAliveMs: options.keepalive * 1000,
    },
    { workers, metricsPort, metricsPath, log: complain },
  );
  for (const flag of uselessFlags(command)) complain(`${flag} has no effect here`);
  process.stdout.write(
    `${name} (${serviceType}) listens on http://${host}:${running.httpPort}, gRPC on port ${running.grpcPort}, ` +
      `metrics on http://${host}:${running.metricsPort}${metricsPath}, workers: ${workers}\n`,
  );
  await aborted(signal);
  process.stdout.write('stopping\n');
  await running.stop();
  process.stdout.write('stopped\n');
}

/** Commander reads one variable for an option; this one has a second. */
function httpPortOf({ httpPort }: ComponentOptions): number {
  const fallback = process.env.PREDICTIVE_UNIT_SERVICE_PORT;
  if (httpPort !== undefined || !fallback) return httpPort ?? 9000;
  try {
    return port(fallback);
  } catch (error) {
    throw new UsageError(`PREDICTIVE_UNIT_SERVICE_PORT: ${messageOf(error)}`);
  }
}

function uselessFlags(command: Command): string[] {
  return command.options
    .filter((option) => WITHOUT_EFFECT.includes(option.flags))
    .filter((option) => command.getOptionValueSource(option.attributeName()) === 'cli')
    .map((option) => option.long!);
}

function complain(line: string): void {
  process.stderr.write(`- ${line}\n`);
}
