import { Logger } from '@nestjs/common';
import type { ProtocolName } from '#protocol';
import { Endpoints } from '../data-plane/endpoints.js';
import type { DecisionPoint } from '../decisions/decision-point.js';
import type { DeploymentSource, EngineEnvironment, RouterConfig } from '../router-config.js';
import { ServedDeployment } from './served-deployment.js';
import { type ServedPredictor, type SharedServices, servePredictor } from './served-predictor.js';

/** The deployments of one version of the graph, with their components running. */
export class ServedGraph {
  readonly endpoints: Endpoints;
  private readonly speaking = new Map<ProtocolName, ServedDeployment[]>();

  constructor(
    readonly deployments: readonly ServedDeployment[],
    environment: EngineEnvironment = {},
  ) {
    this.endpoints = new Endpoints(deployments, environment);
    for (const deployment of deployments) {
      const { name } = deployment.dialect;
      this.speaking.set(name, [...this.speak(name), deployment]);
    }
  }

  /** `earlier` is the graph that this one is going to replace. */
  static async serve(
    sources: readonly DeploymentSource[],
    config: RouterConfig,
    services: SharedServices,
    earlier?: ServedGraph,
  ): Promise<ServedGraph> {
    const deployments: ServedDeployment[] = [];
    const logger = new Logger('Deployments');
    try {
      for (const source of sources) {
        for (const notice of source.deployment.notices) logger.warn(notice);
        deployments.push(await serveDeployment(source, config, services, earlier));
      }
      return new ServedGraph(deployments, config.engine);
    } catch (error) {
      await closeAll(deployments.flatMap(({ predictors }) => predictors));
      throw error;
    }
  }

  speak(protocol: ProtocolName): readonly ServedDeployment[] {
    return this.speaking.get(protocol) ?? [];
  }

  get protocols(): ProtocolName[] {
    return [...this.speaking.keys()];
  }

  experiments(): DecisionPoint[] {
    return this.predictors().flatMap(({ experiments }) => experiments);
  }

  /** Whether requests are on their way through it. */
  get isBusy(): boolean {
    return this.deployments.some((deployment) => deployment.isBusy);
  }

  /** Rejects with the reason of what cannot answer yet. */
  async ready(): Promise<void> {
    await Promise.all(this.deployments.map((deployment) => deployment.ready()));
  }

  close(): Promise<void> {
    return closeAll(this.predictors());
  }

  private predictors(): ServedPredictor[] {
    return this.deployments.flatMap(({ predictors }) => predictors);
  }
}

async function closeAll(predictors: readonly ServedPredictor[]): Promise<void> {
  await Promise.all(predictors.map((predictor) => predictor.close()));
}

async function serveDeployment(
  source: DeploymentSource,
  config: RouterConfig,
  services: SharedServices,
  earlier: ServedGraph | undefined,
): Promise<ServedDeployment> {
  const { namespace, name } = source.deployment;
  const before = earlier?.deployments.find((other) => other.namespace === namespace && other.name === name);
  const predictors: ServedPredictor[] = [];
  try {
    for (const predictor of source.deployment.predictors) {
      predictors.push(await servePredictor(predictor, source, services, config));
    }
    return new ServedDeployment(source.deployment, predictors, before);
  } catch (error) {
    await closeAll(predictors);
    throw error;
  }
}
