import { NestFactory } from '@nestjs/core';
import { declareExperiment, type Experiment, ExperimentStore, SnapshotPublisher } from '#experiments';
import { type Deployment, recordedChoicesOf } from '#graph';
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
    for (const { place, spec } of deployments.flatMap(recordedChoicesOf)) {
      const experiment = await store.declare(declareExperiment(place, spec), AUTHOR);
      await publisher.publish(experiment.id);
      experiments.push(experiment);
    }
    return experiments;
  } finally {
    await context.close();
  }
}
