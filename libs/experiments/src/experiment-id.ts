import { v5 } from 'uuid';
import type { ExperimentPlace } from './experiment.js';

const NAMESPACE = '7c0e4f4e-6f0b-5d0e-9a57-3d1f5b0c2a91';

/** `namespace.deployment.predictor.node` */
export function experimentName({ namespace, deployment, predictor, node }: ExperimentPlace): string {
  return [namespace, deployment, predictor, node].join('.');
}

/** The same on every replica. Joined by a sign that no Kubernetes name has, so that two places never share an id. */
export function experimentId({ namespace, deployment, predictor, node }: ExperimentPlace): string {
  return v5([namespace, deployment, predictor, node].join('/'), NAMESPACE);
}
