import { BullModule } from '@nestjs/bullmq';
import { type DynamicModule, Module } from '@nestjs/common';
import { StorageModule } from '#storage';
import { DEFAULT_INTERVALS, type TrainerConfig } from './config.js';
import { FoldLoop } from './fold-loop.js';
import { TimedWork } from './timed-work.js';
import { TIMED_WORK, TimedWorkProcessor } from './timed-work.processor.js';
import { INTERVALS } from './tokens.js';

const LONGEST_RECONNECT_MS = 2_000;

@Module({})
export class TrainerModule {
  static forRoot({ databaseUrl, redisUrl, intervals }: TrainerConfig): DynamicModule {
    const connection = {
      url: redisUrl,
      maxRetriesPerRequest: null,
      retryStrategy: (times: number) => Math.min(times * 100, LONGEST_RECONNECT_MS),
    };
    return {
      module: TrainerModule,
      imports: [
        StorageModule.forRoot({ databaseUrl, redisUrl }),
        BullModule.forRoot({ connection, prefix: '{sy}' }),
        BullModule.registerQueue({
          name: TIMED_WORK,
          defaultJobOptions: { removeOnComplete: 100, removeOnFail: 100 },
        }),
      ],
      providers: [
        FoldLoop,
        TimedWork,
        TimedWorkProcessor,
        { provide: INTERVALS, useValue: { ...DEFAULT_INTERVALS, ...intervals } },
      ],
    };
  }
}
