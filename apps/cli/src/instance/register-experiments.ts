import { NestFactory } from '@nestjs/core';
import { type Experiment, ExperimentStore, SnapshotPublisher } from '#experiments';
import type { Deployment } from '#graph';
import { declarationsOf } from '#operator';
import { StorageModule } from '#storage';
import { logger } from '../stderr-logger.js';

const AUTHOR = 'switchyard up';

/** Declares every experiment of the deployments and publishes their snapshots. */
export async function registerExperiments(
  urls: { readonly databaseUrl: string; readonly redisUrl: string },
  deployments: readonly Deployment[],
): Promise<Experiment[]> {
  const context = await NestFactory.createApplicationContext(StorageModule.forRoot(urls), {
    abortOnError: false,
    logger,
  });
  try {
    const store = context.get(ExperimentStore);
    const publisher = context.get(SnapshotPublisher);
    const experiments: Experiment[] = [];
    for (const declaration of deployments.flatMap(declarationsOf)) {
      const experiment = await store.declare(declaration, AUTHOR);
      await publisher.publish(experiment.id);
      experiments.push(experiment);
    }
    return experiments;
  } finally {
    await context.close();
  }
}
