import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { startAdmin } from '#admin';
import { DataDirectoryNotWritableError } from '#embedded';
import type { Experiment } from '#experiments';
import { engineEnvironment, startRouter } from '#router';
import { startTrainer } from '#trainer';
import { version } from '../package-root.js';
import { useStderrLogger } from '../stderr-logger.js';
import { type RunnableDeployment, readDeployments } from './deployment-files.js';
import { PortInUseError } from './errors.js';
import { receiptKey } from './receipt-key.js';
import { registerExperiments } from './register-experiments.js';
import { migrate, type Services, startServices } from './services.js';
import type { InstanceSettings } from './settings.js';
import { StopStack } from './stop-stack.js';

const MAX_BODY_BYTES = 10 * 1024 * 1024;
const COMPONENT_TIMEOUT_MS = 30_000;

/** Router, trainer and admin in this process, and their services. */
export interface Instance {
  readonly url: string;
  readonly grpcPort: number;
  readonly adminUrl: string;
  /** The admin key where this start made it. */
  readonly newKey: string | null;
  readonly deployments: readonly RunnableDeployment[];
  readonly experiments: readonly Experiment[];
  stop(): Promise<void>;
}

/** Starts everything, or stops what it has started and throws. Aborting `signal` makes it throw between two steps. */
export async function startInstance(
  settings: InstanceSettings,
  progress: (line: string) => void,
  signal: AbortSignal,
): Promise<Instance> {
  useStderrLogger();
  const deployments = await readDeployments(settings.files, settings.components, settings.values);
  for (const { deployment } of deployments) progress(`deployment ${deployment.namespace}/${deployment.name}`);
  const stack = new StopStack();
  try {
    const started = await startAll(settings, deployments, { progress, signal, stack });
    return { ...started, deployments, stop: () => stack.stop() };
  } catch (error) {
    await stack.stop().catch(() => {});
    throw error;
  }
}

interface Start {
  readonly progress: (line: string) => void;
  readonly signal: AbortSignal;
  readonly stack: StopStack;
}

async function startAll(
  settings: InstanceSettings,
  deployments: readonly RunnableDeployment[],
  { progress, signal, stack }: Start,
) {
  const services = await startServices(settings, progress);
  stack.push(() => services.stop());
  signal.throwIfAborted();
  const key = await prepareDataDirectory(settings.dataDir);
  const migrations = await migrate(services.databaseUrl, settings.databaseUrl !== undefined);
  progress(migrations === 0 ? 'database up to date' : `database: ${migrations} migrations applied`);
  const experiments = await registerExperiments(
    services,
    deployments.map(({ deployment }) => deployment),
  );
  for (const { name, current } of experiments) {
    progress(`experiment ${name}: ${current.config.policy}, revision ${current.revision}`);
  }
  signal.throwIfAborted();
  const trainer = await startTrainer({ databaseUrl: services.databaseUrl, redisUrl: services.redisUrl });
  stack.push(() => trainer.drain());
  progress('trainer folds rewards into evidence');
  signal.throwIfAborted();
  const servers = await startServers(settings, deployments, services, key, { progress, signal, stack });
  return { ...servers, experiments };
}

async function startServers(
  { host, port, grpcPort, adminPort, adminKey, dataDir, variables }: InstanceSettings,
  deployments: readonly RunnableDeployment[],
  { databaseUrl, redisUrl }: Services,
  key: Buffer,
  { progress, signal, stack }: Start,
) {
  const places = [
    { port, host, flag: '--port', variable: 'SWITCHYARD_PORT' },
    { port: grpcPort, host, flag: '--grpc-port', variable: 'SWITCHYARD_GRPC_PORT' },
  ];
  const router = await portsFree(places, () =>
    startRouter({
      host,
      port,
      grpcPort,
      databaseUrl,
      redisUrl,
      receiptKey: key,
      deployments,
      version: version(),
      maxBodyBytes: MAX_BODY_BYTES,
      componentTimeoutMs: COMPONENT_TIMEOUT_MS,
      artefactCache: join(resolve(dataDir), 'artefacts'),
      engine: engineEnvironment(variables),
    }),
  );
  stack.push(() => router.close());
  progress(`router serves ${router.url}, gRPC on port ${router.grpcPort}`);
  signal.throwIfAborted();
  const place = { port: adminPort, host, flag: '--admin-port', variable: 'SWITCHYARD_ADMIN_PORT' };
  const admin = await portsFree([place], () =>
    startAdmin({
      host,
      port: adminPort,
      databaseUrl,
      redisUrl,
      ...(adminKey === undefined ? {} : { adminKey }),
    }),
  );
  stack.push(() => admin.close());
  progress(`admin serves ${admin.url}`);
  return { url: router.url, grpcPort: router.grpcPort!, adminUrl: admin.url, newKey: admin.newKey };
}

async function prepareDataDirectory(dataDir: string): Promise<Buffer> {
  try {
    await mkdir(dataDir, { recursive: true });
    return await receiptKey(dataDir);
  } catch (error) {
    const isOfFiles = (error as NodeJS.ErrnoException).syscall !== undefined;
    throw isOfFiles ? new DataDirectoryNotWritableError(resolve(dataDir), error as Error) : error;
  }
}

interface Listening {
  readonly port: number;
  readonly host: string;
  readonly flag: string;
  readonly variable: string;
}

async function portsFree<T>(places: readonly Listening[], start: () => Promise<T>): Promise<T> {
  try {
    return await start();
  } catch (error) {
    const { code, port } = error as NodeJS.ErrnoException & { port?: number };
    const taken = code === 'EADDRINUSE' ? places.find((place) => place.port === port) : undefined;
    throw taken === undefined
      ? error
      : new PortInUseError(taken.port, taken.host, taken.flag, taken.variable);
  }
}
