import { InvalidTrainerConfigError } from './errors.js';

/** Milliseconds between runs. */
export interface TrainerIntervals {
  readonly fold: number;
  /** How long a new experiment can go unnoticed. */
  readonly experiments: number;
  readonly closeWindows: number;
  readonly verify: number;
  readonly partitions: number;
}

export const DEFAULT_INTERVALS: TrainerIntervals = {
  fold: 50,
  experiments: 500,
  closeWindows: 5_000,
  verify: 10 * 60_000,
  partitions: 60 * 60_000,
};

interface StatusPlace {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
}

export interface TrainerConfig {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly intervals?: Partial<TrainerIntervals>;
  /** Of `/live`, `/ready` and `/metrics`; without it they are not served. */
  readonly status?: StatusPlace;
}

/** The only place that reads the environment. */
export function loadConfig(env: NodeJS.ProcessEnv): TrainerConfig {
  return {
    databaseUrl: required(env, 'DATABASE_URL'),
    redisUrl: required(env, 'REDIS_URL'),
    status: { host: env.SWITCHYARD_HOST || '0.0.0.0', port: portOf(env.SWITCHYARD_STATUS_PORT || '8081') },
  };
}

function required(env: NodeJS.ProcessEnv, name: string): string {
  const value = env[name];
  if (!value) throw new InvalidTrainerConfigError(name, 'set', 'nothing');
  return value;
}

function portOf(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw new InvalidTrainerConfigError('SWITCHYARD_STATUS_PORT', 'a port from 0 to 65535', text);
}
