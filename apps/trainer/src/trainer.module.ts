import { BullModule } from '@nestjs/bullmq';
import { type DynamicModule, Module } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { Registry } from 'prom-client';
import { StorageModule } from '#storage';
import { DEFAULT_INTERVALS, type TrainerConfig } from './config.js';
import { FoldLoop } from './fold-loop.js';
import { LimitedLog } from './limited-log.js';
import { QueueErrors } from './queue-errors.js';
import { FoldMetrics } from './status/fold-metrics.js';
import { StatusServer } from './status/status-server.js';
import { TimedWork } from './timed-work.js';
import { TimedWorkProcessor } from './timed-work.processor.js';
import { INTERVALS, JOBS_REDIS, TIMED_WORK } from './tokens.js';

@Module({})
export class TrainerModule {
  /** `redis` carries the jobs; who made it closes it. */
  static forRoot({ databaseUrl, redisUrl, intervals }: TrainerConfig, redis: Redis): DynamicModule {
    return {
      module: TrainerModule,
      imports: [
        StorageModule.forRoot({ databaseUrl, redisUrl }),
        BullModule.forRoot({ connection: redis, prefix: '{sy}' }),
        BullModule.registerQueue({
          name: TIMED_WORK,
          defaultJobOptions: { removeOnComplete: 100, removeOnFail: 100 },
        }),
      ],
      providers: [
        LimitedLog,
        QueueErrors,
        FoldLoop,
        FoldMetrics,
        StatusServer,
        TimedWork,
        TimedWorkProcessor,
        { provide: Registry, useFactory: () => new Registry() },
        { provide: JOBS_REDIS, useValue: redis },
        { provide: INTERVALS, useValue: { ...DEFAULT_INTERVALS, ...intervals } },
      ],
    };
  }
}
