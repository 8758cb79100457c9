import { Injectable, Logger } from '@nestjs/common';
import type { DecisionPoint } from '../decisions/decision-point.js';
import type { DeploymentSource, RouterConfig } from '../router-config.js';
import { ServedDeployment } from './served-deployment.js';
import { type ServedPredictor, type SharedServices, servePredictor } from './served-predictor.js';

/** Everything that this router serves. */
@Injectable()
export class Deployments {
  constructor(readonly all: ServedDeployment[]) {}

  static async serve(config: RouterConfig, services: SharedServices): Promise<Deployments> {
    const deployments = new Deployments([]);
    const logger = new Logger(Deployments.name);
    try {
      for (const source of config.deployments) {
        for (const notice of source.deployment.notices) logger.warn(notice);
        deployments.all.push(await serveDeployment(source, config, services));
      }
      return deployments;
    } catch (error) {
      await deployments.close();
      throw error;
    }
  }

  experiments(): DecisionPoint[] {
    return this.all.flatMap(({ predictors }) => predictors.flatMap(({ experiments }) => experiments));
  }

  /** Rejects with the reason of what cannot answer yet. */
  async ready(): Promise<void> {
    await Promise.all(this.all.map((deployment) => deployment.ready()));
  }

  async close(): Promise<void> {
    await Promise.all(this.predictors().map((predictor) => predictor.close()));
  }

  private predictors(): ServedPredictor[] {
    return this.all.flatMap(({ predictors }) => predictors);
  }
}

async function serveDeployment(
  source: DeploymentSource,
  config: RouterConfig,
  services: SharedServices,
): Promise<ServedDeployment> {
  const predictors: ServedPredictor[] = [];
  try {
    for (const predictor of source.deployment.predictors) {
      predictors.push(await servePredictor(predictor, source, services, config));
    }
    return new ServedDeployment(source.deployment, predictors);
  } catch (error) {
    await Promise.all(predictors.map((predictor) => predictor.close()));
    throw error;
  }
}
