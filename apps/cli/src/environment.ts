import { existsSync } from 'node:fs';

const NAMES = [
  'SWITCHYARD_PORT',
  'SWITCHYARD_GRPC_PORT',
  'SWITCHYARD_ADMIN_PORT',
  'SWITCHYARD_STATUS_PORT',
  'SWITCHYARD_DATA_DIR',
  'SWITCHYARD_HOST',
  'SWITCHYARD_ADMIN_KEY',
  'SWITCHYARD_DEBUG',
  'SWITCHYARD_ROUTER_ROLE',
  'SWITCHYARD_ROUTER_PASSWORD',
  'SWITCHYARD_ROUTER_PASSWORD_FILE',
  'DATABASE_URL',
  'REDIS_URL',
];

/** What has a variable and no flag: secrets do not belong on a command line. */
export interface Environment {
  readonly adminKey: string | undefined;
  readonly databaseUrl: string | undefined;
  readonly redisUrl: string | undefined;
  /** Of the database's role that routers have; or the file that it is in. */
  readonly routerPassword: string | undefined;
  readonly routerPasswordFile: string | undefined;
  /** Everything, for the variables that are Seldon's and not ours. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Failures come with their stack. */
  readonly debug: boolean;
}

/** Reads `.env` of the current folder; what is set already wins, and an empty value counts as not set. */
export function loadEnvironment(): void {
  if (existsSync('.env')) process.loadEnvFile('.env');
  for (const name of NAMES) if (process.env[name] === '') delete process.env[name];
}

export function environment(): Environment {
  const { SWITCHYARD_ADMIN_KEY, SWITCHYARD_DEBUG, DATABASE_URL, REDIS_URL } = process.env;
  return {
    adminKey: SWITCHYARD_ADMIN_KEY,
    databaseUrl: DATABASE_URL,
    redisUrl: REDIS_URL,
    routerPassword: process.env.SWITCHYARD_ROUTER_PASSWORD,
    routerPasswordFile: process.env.SWITCHYARD_ROUTER_PASSWORD_FILE,
    variables: process.env,
    debug: SWITCHYARD_DEBUG !== undefined && SWITCHYARD_DEBUG !== '0',
  };
}
