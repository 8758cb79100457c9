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

export interface TrainerConfig {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly intervals?: Partial<TrainerIntervals>;
}

/** The only place that reads the environment. */
export function loadConfig(env: NodeJS.ProcessEnv): TrainerConfig {
  return { databaseUrl: required(env, 'DATABASE_URL'), redisUrl: required(env, 'REDIS_URL') };
}

function required(env: NodeJS.ProcessEnv, name: string): string {
  const value = env[name];
  if (!value) throw new InvalidTrainerConfigError(name, 'set', 'nothing');
  return value;
}
