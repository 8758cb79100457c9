import { NestFactory } from '@nestjs/core';
import { Redis } from 'ioredis';
import type { TrainerConfig } from './config.js';
import { FoldLoop } from './fold-loop.js';
import { StatusServer } from './status/status-server.js';
import { TimedWorkProcessor } from './timed-work.processor.js';
import { TrainerModule } from './trainer.module.js';

export interface RunningTrainer {
  /** Where `/live`, `/ready` and `/metrics` are, if the configuration asks for them. */
  readonly statusPort: number | undefined;
  /** Resolves when the fold and the job under way have ended. */
  close(): Promise<void>;
  /** As `close`, after folding what has arrived: for a stop that the decision stream will not survive. */
  drain(): Promise<void>;
}

const LONGEST_RECONNECT_MS = 2_000;

/** The whole trainer, folding; the tests start it the same way as main does. */
export async function startTrainer(config: TrainerConfig): Promise<RunningTrainer> {
  const redis = connect(config.redisUrl);
  try {
    const app = await NestFactory.createApplicationContext(TrainerModule.forRoot(config, redis), {
      abortOnError: false,
      logger: ['warn', 'error', 'fatal'],
    });
    const end = async (folds: Promise<void>) => {
      await Promise.all([folds, app.get(TimedWorkProcessor).stop(), app.get(StatusServer).close()]);
      await app.close();
      redis.disconnect();
    };
    const close = () => end(app.get(FoldLoop).stop());
    const statusPort = await listen(app.get(StatusServer), config).catch(async (error) => {
      await close();
      throw error;
    });
    return { statusPort, close, drain: () => end(app.get(FoldLoop).drain()) };
  } catch (error) {
    redis.disconnect();
    throw error;
  }
}

async function listen(server: StatusServer, { status }: TrainerConfig): Promise<number | undefined> {
  return status && server.listen(status.port, status.host);
}

/** BullMQ asks for commands that wait for Redis as long as it takes, and reports this connection's errors. */
function connect(redisUrl: string): Redis {
  const redis = new Redis(redisUrl, {
    maxRetriesPerRequest: null,
    retryStrategy: (attempt) => Math.min(attempt * 100, LONGEST_RECONNECT_MS),
  });
  return redis.on('error', () => {});
}
