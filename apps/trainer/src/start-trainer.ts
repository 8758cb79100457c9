import { NestFactory } from '@nestjs/core';
import type { TrainerConfig } from './config.js';
import { FoldLoop } from './fold-loop.js';
import { TimedWorkProcessor } from './timed-work.processor.js';
import { TrainerModule } from './trainer.module.js';

export interface RunningTrainer {
  /** Resolves when the fold and the job under way have ended. */
  close(): Promise<void>;
}

/** The whole trainer, folding; the tests start it the same way as main does. */
export async function startTrainer(config: TrainerConfig): Promise<RunningTrainer> {
  const app = await NestFactory.createApplicationContext(TrainerModule.forRoot(config), {
    abortOnError: false,
    logger: ['warn', 'error', 'fatal'],
  });
  return {
    async close() {
      await Promise.all([app.get(FoldLoop).stop(), app.get(TimedWorkProcessor).stop()]);
      await app.close();
    },
  };
}
