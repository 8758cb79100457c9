import { Logger, type OnModuleDestroy } from '@nestjs/common';
import { Redis } from 'ioredis';

const LONGEST_RETRY_DELAY_MS = 2_000;
const COMMAND_TIMEOUT_MS = 5_000;
const CONNECT_TIMEOUT_MS = 5_000;

/**
 * The connections of one process. They come back for ever, and nothing waits for them: with Redis away a command
 * fails at once instead of piling up in memory.
 */
export class RedisConnections implements OnModuleDestroy {
  private readonly logger = new Logger('Redis');
  private readonly open: Redis[] = [];
  readonly commands: Redis;

  constructor(private readonly redisUrl: string) {
    this.commands = this.connect();
  }

  /** A connection of its own, for subscriptions. */
  connect(): Redis {
    const redis = new Redis(this.redisUrl, {
      enableOfflineQueue: false,
      maxRetriesPerRequest: 1,
      autoResubscribe: false,
      connectTimeout: CONNECT_TIMEOUT_MS,
      commandTimeout: COMMAND_TIMEOUT_MS,
      retryStrategy: (attempt) => Math.min(attempt * 50, LONGEST_RETRY_DELAY_MS),
    });
    let reported = false;
    redis.on('error', (error) => {
      if (!reported) this.logger.warn(`Redis is away: ${error.message || String(error)}`);
      reported = true;
    });
    redis.on('ready', () => {
      if (reported) this.logger.log('Redis is back');
      reported = false;
    });
    this.open.push(redis);
    return redis;
  }

  /** Waits for the first connection attempt, whether it works or not, so that a start does not race with it. */
  async settled(): Promise<void> {
    if (this.commands.status === 'ready') return;
    await new Promise<void>((resolve) => {
      this.commands.once('ready', resolve);
      this.commands.once('error', () => resolve());
    });
  }

  onModuleDestroy(): void {
    for (const redis of this.open) redis.disconnect();
  }
}
