import { isDeepStrictEqual } from 'node:util';
import { type INestApplicationContext, Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  declareExperiment,
  type Experiment,
  type ExperimentDeclaration,
  ExperimentStore,
  SnapshotPublisher,
} from '#experiments';
import { type Deployment, recordedChoicesOf } from '#graph';
import { StorageModule } from '#storage';
import { type Finding, fails, holds } from '../status/conditions.js';
import type { ExperimentStatus } from '../status/deployment-status.js';
import { experimentStatus } from './experiment-status.js';

const AUTHOR = 'switchyard-operator';
const CONNECTIONS = 2;
const CONDITION = 'Recorded';

export interface StoreUrls {
  readonly databaseUrl: string;
  readonly redisUrl: string;
}

export interface Declared {
  readonly experiments: readonly ExperimentStatus[];
  readonly finding: Finding;
  /** Whether it is worth trying again. */
  readonly isFinal: boolean;
}

/** Brings what manifests say of experiments into the store, and knows what those are doing at present. */
export class ExperimentBook {
  private readonly logger = new Logger('Operator');
  private storage: Promise<INestApplicationContext> | null = null;
  /** By deployment. */
  private readonly declared = new Map<string, readonly ExperimentDeclaration[]>();
  private readonly current = new Map<string, readonly ExperimentStatus[]>();

  /** `urls`: null where nothing is recorded. */
  constructor(private readonly urls: StoreUrls | null) {}

  /** What changed in the manifest since it was last declared becomes a revision. Never throws. */
  async declare(key: string, deployment: Deployment): Promise<Declared> {
    const shadows = deployment.predictors.flatMap(({ shadow, name }) => (shadow ? [name] : []));
    const declarations = recordedChoicesOf(deployment)
      .filter(({ place }) => !shadows.includes(place.predictor))
      .map(({ place, spec }) => declareExperiment(place, spec));
    const note = shadows.map((name) => `Nothing is recorded of the shadow ${name}: nobody gets its answers.`);
    if (declarations.length === 0) return found([], holds(CONDITION, 'NoExperiments', note.join('\n')));
    if (this.urls === null) return found([], fails(CONDITION, 'NoStores', NO_STORES));
    try {
      if (!isDeepStrictEqual(this.declared.get(key), declarations)) await this.register(key, declarations);
      return found(this.current.get(key) ?? [], holds(CONDITION, 'Recorded', note.join('\n')));
    } catch (error) {
      const message = `The experiments could not be declared: ${(error as Error).message}`;
      return { ...found([], fails(CONDITION, 'StoresUnavailable', message)), isFinal: false };
    }
  }

  /** Reads what all experiments do at present; the keys of those deployments where that has changed. */
  async refresh(): Promise<string[]> {
    if (this.urls === null || this.declared.size === 0) return [];
    try {
      const experiments = await (await this.open()).get(ExperimentStore).list();
      const byKey = new Map<string, Experiment[]>();
      for (const experiment of experiments) {
        const key = `${experiment.namespace}/${experiment.deployment}`;
        byKey.set(key, [...(byKey.get(key) ?? []), experiment]);
      }
      return [...this.declared.keys()].filter((key) => this.show(key, byKey.get(key) ?? []));
    } catch (error) {
      this.logger.warn(`experiments cannot be read: ${(error as Error).message}`);
      return [];
    }
  }

  forget(key: string): void {
    this.declared.delete(key);
    this.current.delete(key);
  }

  async close(): Promise<void> {
    await (await this.storage?.catch(() => null))?.close();
  }

  private async register(key: string, declarations: readonly ExperimentDeclaration[]): Promise<void> {
    const storage = await this.open();
    const experiments: Experiment[] = [];
    for (const declaration of declarations) {
      const experiment = await storage.get(ExperimentStore).declare(declaration, AUTHOR);
      await storage.get(SnapshotPublisher).publish(experiment.id);
      experiments.push(experiment);
    }
    this.declared.set(key, declarations);
    this.show(key, experiments);
  }

  /** In the order of the manifest; whether it is news. */
  private show(key: string, experiments: readonly Experiment[]): boolean {
    const places = (this.declared.get(key) ?? []).map(({ place }) => place);
    const inOrder = places.flatMap(({ predictor, node }) =>
      experiments.filter((experiment) => experiment.predictor === predictor && experiment.node === node),
    );
    const status = inOrder.map(experimentStatus);
    if (isDeepStrictEqual(this.current.get(key), status)) return false;
    this.current.set(key, status);
    return true;
  }

  /** Opened when it is first needed: without its database the operator goes on serving graphs. */
  private open(): Promise<INestApplicationContext> {
    this.storage ??= NestFactory.createApplicationContext(
      StorageModule.forRoot({ ...this.urls!, poolSize: CONNECTIONS }),
      { abortOnError: false, logger: false },
    ).catch((error) => {
      this.storage = null;
      throw error;
    });
    return this.storage;
  }
}

const NO_STORES =
  'Decisions and rewards are not recorded: the operator has no DATABASE_URL and REDIS_URL, and experiments start without evidence.';

function found(experiments: readonly ExperimentStatus[], finding: Finding): Declared {
  return { experiments, finding, isFinal: true };
}
