import { Redis } from 'ioredis';
import { startEmbedded } from '#embedded';
import { InvalidRouterRoleError, migrateDatabase, NewerDatabaseError, RouterRoleError } from '#storage';
import { NotUpToDateError } from '../database/patience.js';
import { messageOf } from '../failure.js';
import { HalfConfiguredError, ServiceUnreachableError } from './errors.js';
import type { InstanceSettings } from './settings.js';

export interface Services {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  stop(): Promise<void>;
}

/** Errors that name the way out themselves. */
const SAID_WELL = [NewerDatabaseError, InvalidRouterRoleError, RouterRoleError, NotUpToDateError];

type Settings = Pick<InstanceSettings, 'databaseUrl' | 'redisUrl' | 'dataDir'>;

/** The user's own Postgres and Redis where their URLs are given, embedded ones where neither is. */
export async function startServices(settings: Settings, progress: (line: string) => void): Promise<Services> {
  const { databaseUrl, redisUrl, dataDir } = settings;
  if (databaseUrl === undefined && redisUrl === undefined) return startEmbedded(dataDir, progress);
  if (databaseUrl === undefined) throw new HalfConfiguredError('REDIS_URL', 'DATABASE_URL');
  if (redisUrl === undefined) throw new HalfConfiguredError('DATABASE_URL', 'REDIS_URL');
  await checkRedis(redisUrl);
  return { databaseUrl, redisUrl, stop: async () => {} };
}

/** Brings the tables up to date; returns how many migrations that took. */
export async function migrate(databaseUrl: string, isUsers: boolean): Promise<number> {
  const work = () => migrateDatabase(databaseUrl);
  return (await (isUsers ? withUsersDatabase(databaseUrl, work) : work())).length;
}

/** Throws `ServiceUnreachableError` for what goes wrong, but for errors that name the way out themselves. */
export async function withUsersDatabase<T>(databaseUrl: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (SAID_WELL.some((kind) => error instanceof kind)) throw error;
    throw new ServiceUnreachableError('DATABASE_URL', databaseUrl, messageOf(error));
  }
}

/** Without this, a wrong URL would be tried again for ever. */
async function checkRedis(url: string): Promise<void> {
  let reason: unknown;
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: null, maxRetriesPerRequest: 0 });
  redis.on('error', (error) => {
    reason ??= error;
  });
  try {
    await redis.connect();
    await redis.ping();
  } catch (error) {
    throw new ServiceUnreachableError('REDIS_URL', url, messageOf(reason ?? error));
  } finally {
    redis.disconnect();
  }
}
