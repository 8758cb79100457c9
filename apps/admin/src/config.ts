import { InvalidAdminConfigError } from './errors/admin-errors.js';

export interface AdminConfig {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly databaseUrl: string;
  readonly redisUrl: string;
  /** Replaces the stored key; without it the first start makes one. */
  readonly adminKey?: string | undefined;
}

/** The only place that reads the environment. */
export function loadConfig(env: NodeJS.ProcessEnv): AdminConfig {
  return {
    host: env.SWITCHYARD_HOST || '0.0.0.0',
    port: portOf(env.SWITCHYARD_ADMIN_PORT || '8080'),
    databaseUrl: required(env, 'DATABASE_URL'),
    redisUrl: required(env, 'REDIS_URL'),
    adminKey: env.SWITCHYARD_ADMIN_KEY || undefined,
  };
}

function required(env: NodeJS.ProcessEnv, name: string): string {
  const value = env[name];
  if (!value) throw new InvalidAdminConfigError(name, 'set', 'nothing');
  return value;
}

function portOf(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw new InvalidAdminConfigError('SWITCHYARD_ADMIN_PORT', 'a port from 0 to 65535', text);
}
