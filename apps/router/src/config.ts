import { randomBytes } from 'node:crypto';
import { dirname, join, resolve } from 'node:path';
import { graphDigest } from '#graph';
import { type GraphFiles, parseGraph, readGraph } from './reload/graph-files.js';
import { engineEnvironment, type RouterConfig } from './router-config.js';

const RECEIPT_KEY_BYTES = 32;
const YES = /^(true|1|yes)$/i;
const NO = /^(false|0|no)?$/i;

export class InvalidVariableError extends Error {
  override readonly name = 'InvalidVariableError';

  constructor(
    readonly variable: string,
    readonly expected: string,
    readonly got: string,
  ) {
    super(`${variable} must be ${expected}, got ${got}`);
  }
}

/** The only reader of the environment. */
export async function loadConfig(env: NodeJS.ProcessEnv): Promise<RouterConfig> {
  return {
    host: env.SWITCHYARD_HOST ?? '127.0.0.1',
    port: portOf(env, 'SWITCHYARD_PORT', '8000'),
    grpcPort: portOf(env, 'SWITCHYARD_GRPC_PORT', '5001'),
    ...storesOf(env),
    ...(await graphOf(env)),
    ...(env.SWITCHYARD_SNAPSHOT_FOLDER && { snapshotFolder: resolve(env.SWITCHYARD_SNAPSHOT_FOLDER) }),
    drainMs: 1000 * drainSecondsOf(env),
    engine: engineEnvironment(env),
  };
}

function drainSecondsOf(env: NodeJS.ProcessEnv): number {
  const text = env.SWITCHYARD_DRAIN_SECONDS ?? '0';
  if (/^\d{1,3}$/.test(text)) return Number(text);
  throw new InvalidVariableError('SWITCHYARD_DRAIN_SECONDS', 'whole seconds from 0 to 999', text);
}

/** Without stores no receipt is ever taken back, and any key will do. */
function storesOf(env: NodeJS.ProcessEnv): Pick<RouterConfig, 'databaseUrl' | 'redisUrl' | 'receiptKey'> {
  if (!env.DATABASE_URL && !env.REDIS_URL) return { receiptKey: randomBytes(RECEIPT_KEY_BYTES) };
  return {
    databaseUrl: required(env, 'DATABASE_URL', 'the URL of a Postgres database, as REDIS_URL is set'),
    redisUrl: required(env, 'REDIS_URL', 'the URL of a Redis, as DATABASE_URL is set'),
    receiptKey: receiptKeyOf(env),
  };
}

function required(env: NodeJS.ProcessEnv, variable: string, expected: string): string {
  const value = env[variable];
  if (!value) throw new InvalidVariableError(variable, expected, 'nothing');
  return value;
}

function portOf(env: NodeJS.ProcessEnv, variable: string, fallback: string): number {
  const text = env[variable] ?? fallback;
  if (/^\d{1,5}$/.test(text) && Number(text) < 65_536) return Number(text);
  throw new InvalidVariableError(variable, 'a port from 0 to 65535', text);
}

function receiptKeyOf(env: NodeJS.ProcessEnv): Buffer {
  const expected = 'at least 32 hexadecimal digits, the same for all routers';
  const text = required(env, 'SWITCHYARD_RECEIPT_KEY', expected);
  if (/^([0-9a-f]{2}){16,}$/i.test(text)) return Buffer.from(text, 'hex');
  throw new InvalidVariableError('SWITCHYARD_RECEIPT_KEY', expected, `${text.length} characters`);
}

async function graphOf(env: NodeJS.ProcessEnv): Promise<Pick<RouterConfig, 'deployments' | 'graph'>> {
  const files = graphFilesOf(env);
  const texts = await readGraph(files);
  const digest = graphDigest(texts.deployment, texts.components);
  return { deployments: parseGraph(files, texts), graph: { files, digest, reload: isReloaded(env) } };
}

function graphFilesOf(env: NodeJS.ProcessEnv): GraphFiles {
  const deployment = resolve(required(env, 'SWITCHYARD_DEPLOYMENT', 'the file of a SeldonDeployment'));
  const folder = dirname(deployment);
  const given = env.SWITCHYARD_COMPONENTS;
  return {
    deployment,
    components: resolve(given || join(folder, 'components.yaml')),
    componentsOptional: !given,
  };
}

function isReloaded({ SWITCHYARD_RELOAD: text = '' }: NodeJS.ProcessEnv): boolean {
  if (YES.test(text)) return true;
  if (NO.test(text)) return false;
  throw new InvalidVariableError('SWITCHYARD_RELOAD', 'true or false', text);
}
