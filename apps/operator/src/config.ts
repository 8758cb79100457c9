import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { InvalidOptionError, readRenderOptions } from '#kubernetes';
import { InvalidOperatorConfigError } from './errors.js';
import {
  DEFAULT_INTERVALS,
  DEFAULT_LEASE_TIMES,
  DEFAULT_WORKERS,
  type OperatorConfig,
  type OperatorStores,
  type WebhooksConfig,
} from './operator-config.js';

const HOST = /^(?=.{1,253}$)[a-z0-9:]([-a-z0-9.:]*[a-z0-9])?$/;
/** Of a Secret, and of the configurations of webhooks: longer than a label's. */
const OBJECT_NAME = /^(?=.{1,253}$)[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;
const DNS_LABEL = /^(?=.{1,63}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const LABEL_VALUE = /^(?=.{1,63}$)[A-Za-z0-9]([-_A-Za-z0-9.]*[A-Za-z0-9])?$/;
const MAX_WORKERS = 64;
const MAX_GRAPH_SECONDS = 3600;

/** The only place that reads the environment. `render`: as `readRenderOptions` takes it. */
export function loadConfig(env: NodeJS.ProcessEnv, render: unknown = {}): OperatorConfig {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port = '443' } = env;
  return {
    kubeconfig: env.KUBECONFIG || undefined,
    apiServer: host && `${host.includes(':') ? `[${host}]` : host}:${port}`,
    namespaces: listOf(env, 'SWITCHYARD_NAMESPACES', DNS_LABEL, 'namespaces'),
    class: matching(env, 'SWITCHYARD_CLASS', LABEL_VALUE, 'a value of a label') ?? '',
    host: env.SWITCHYARD_HOST || '0.0.0.0',
    port: numberOf(env, 'SWITCHYARD_OPERATOR_PORT', '8081', 65_535),
    render: readRender(render),
    stores: storesOf(env),
    lease: {
      namespace: matching(env, 'SWITCHYARD_LEASE_NAMESPACE', DNS_LABEL, 'a namespace'),
      identity: `${env.POD_NAME || hostname()}_${randomBytes(4).toString('hex')}`,
      times: DEFAULT_LEASE_TIMES,
    },
    webhooks: webhooksOf(env),
    workers: numberOf(env, 'SWITCHYARD_OPERATOR_WORKERS', String(DEFAULT_WORKERS), MAX_WORKERS, 1),
    intervals: { ...DEFAULT_INTERVALS, graph: graphWaitOf(env) },
  };
}

function graphWaitOf(env: NodeJS.ProcessEnv): number {
  const fallback = String(DEFAULT_INTERVALS.graph / 1000);
  return numberOf(env, 'SWITCHYARD_OPERATOR_GRAPH_SECONDS', fallback, MAX_GRAPH_SECONDS, 1) * 1000;
}

function storesOf(env: NodeJS.ProcessEnv): OperatorStores | null {
  const { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl } = env;
  if (!databaseUrl && !redisUrl) return null;
  if (!databaseUrl) throw new InvalidOperatorConfigError('DATABASE_URL', 'set where REDIS_URL is', 'nothing');
  if (!redisUrl) throw new InvalidOperatorConfigError('REDIS_URL', 'set where DATABASE_URL is', 'nothing');
  return {
    databaseUrl,
    redisUrl,
    engine: {
      databaseUrl: env.SWITCHYARD_ROUTER_DATABASE_URL || databaseUrl,
      redisUrl: env.SWITCHYARD_ROUTER_REDIS_URL || redisUrl,
      receiptKey: receiptKeyOf(env),
    },
  };
}

function receiptKeyOf({ SWITCHYARD_RECEIPT_KEY: key }: NodeJS.ProcessEnv): string | undefined {
  if (!key) return undefined;
  if (/^([0-9a-f]{2}){16,}$/i.test(key)) return key;
  const expected = 'at least 32 hexadecimal digits';
  throw new InvalidOperatorConfigError('SWITCHYARD_RECEIPT_KEY', expected, `${key.length} characters`);
}

function webhooksOf(env: NodeJS.ProcessEnv): WebhooksConfig | null {
  const { SWITCHYARD_WEBHOOK_CERTIFICATES: folder } = env;
  const name = matching(env, 'SWITCHYARD_WEBHOOKS', OBJECT_NAME, 'a name for the webhooks');
  const port = numberOf(env, 'SWITCHYARD_WEBHOOK_PORT', '9443', 65_535);
  if (folder) return { port, certificate: { folder } };
  if (name === undefined) return null;
  const hosts = listOf(env, 'SWITCHYARD_WEBHOOK_HOSTS', HOST, 'names or addresses');
  if (hosts.length > 0) return { port, certificate: { name, hosts } };
  const expected = 'set where SWITCHYARD_WEBHOOKS is';
  throw new InvalidOperatorConfigError('SWITCHYARD_WEBHOOK_HOSTS', expected, 'nothing');
}

function listOf(env: NodeJS.ProcessEnv, name: string, shape: RegExp, expected: string): string[] {
  const items = (env[name] ?? '').split(',').map((item) => item.trim());
  const given = [...new Set(items.filter((item) => item !== ''))];
  const wrong = given.find((item) => !shape.test(item));
  if (wrong === undefined) return given;
  throw new InvalidOperatorConfigError(name, `${expected}, separated by commas`, wrong);
}

function matching(env: NodeJS.ProcessEnv, name: string, shape: RegExp, expected: string) {
  const value = env[name];
  if (!value || shape.test(value)) return value || undefined;
  throw new InvalidOperatorConfigError(name, expected, value);
}

function numberOf(env: NodeJS.ProcessEnv, name: string, fallback: string, max: number, min = 0): number {
  const text = env[name] || fallback;
  const value = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new InvalidOperatorConfigError(name, `a whole number from ${min} to ${max}`, text);
}

function readRender(options: unknown): OperatorConfig['render'] {
  try {
    return readRenderOptions(options);
  } catch (error) {
    if (!(error instanceof InvalidOptionError)) throw error;
    throw new InvalidOperatorConfigError(error.option, 'an option of what is rendered', error.problem);
  }
}
