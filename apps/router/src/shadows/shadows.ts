import { Injectable } from '@nestjs/common';
import { Counter, Registry } from 'prom-client';
import { predict } from '#graph';
import type { Message } from '#protocol';
import type { Exchange } from '../data-plane/exchange.js';
import { PredictionCall } from '../decisions/prediction-call.js';
import type { ServedDeployment } from '../deployments/served-deployment.js';
import type { ServedPredictor } from '../deployments/served-predictor.js';
import { RareWarning } from '../rare-warning.js';

/** Copies that may run at once, in all deployments together. */
const MOST_RUNNING = 64;

type Outcome = 'answered' | 'failed' | 'dropped';

/**
 * Copies of predictions for shadow predictors: they start after the answer went out, their answers are dropped, and
 * their decisions are not recorded, for nobody was served by them and no reward can follow.
 */
@Injectable()
export class Shadows {
  private readonly running = new Set<Promise<void>>();
  private readonly warning = new RareWarning(Shadows.name);
  private readonly predictions: Counter<'deployment_name' | 'predictor_name' | 'outcome'>;

  constructor(registry: Registry) {
    this.predictions = new Counter({
      name: 'switchyard_shadow_predictions_total',
      help: 'Copies of predictions for shadow predictors, by what became of them',
      labelNames: ['deployment_name', 'predictor_name', 'outcome'],
      registers: [registry],
    });
  }

  /** Never waits and never fails. */
  copy(exchange: Exchange, message: Message): void {
    const { deployment } = exchange;
    for (const shadow of deployment.shadows) {
      if (this.running.size >= MOST_RUNNING) {
        this.count(deployment, shadow, 'dropped', `${MOST_RUNNING} copies are running already`);
        continue;
      }
      deployment.enter();
      const run = this.run(deployment, shadow, message, callOf(exchange, shadow)).finally(() => {
        deployment.leave();
        this.running.delete(run);
      });
      this.running.add(run);
    }
  }

  /** Waits for what is running. */
  async close(): Promise<void> {
    await Promise.all(this.running);
  }

  private async run(
    deployment: ServedDeployment,
    shadow: ServedPredictor,
    message: Message,
    call: PredictionCall,
  ): Promise<void> {
    await new Promise(setImmediate);
    try {
      await predict(shadow.root, message, call);
      this.count(deployment, shadow, 'answered');
    } catch (error) {
      this.count(deployment, shadow, 'failed', (error as Error).message);
    }
  }

  private count(deployment: ServedDeployment, { name }: ServedPredictor, outcome: Outcome, reason?: string) {
    this.predictions.inc({ deployment_name: deployment.name, predictor_name: name, outcome });
    if (reason === undefined) return;
    this.warning.warn(() => `shadow ${name} of ${deployment.name}: a copy was ${outcome}: ${reason}`);
  }
}

function callOf({ puid, headers, deadline, model }: Exchange, { injectsRouting }: ServedPredictor) {
  const call = new PredictionCall(puid, headers as Record<string, string>, injectsRouting, deadline);
  call.model = model;
  return call;
}
