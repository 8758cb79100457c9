import type { Plan } from '../plan.js';

/** Of a deployment: where requests from outside are sent. */
export function publicPath({ manifest }: Plan): string {
  return `/seldon/${manifest.deployment.namespace}/${manifest.deployment.name}`;
}

/** The metadata by which a gRPC call names its deployment. */
export function grpcHeaders({ manifest }: Plan): { name: string; value: string }[] {
  const { name, namespace } = manifest.deployment;
  return [
    { name: 'seldon', value: name },
    { name: 'namespace', value: namespace },
  ];
}

/** The predictors that answer, and the one that gets a copy. */
export function splitOf(plans: readonly Plan[]): { live: Plan[]; shadow: Plan | undefined } {
  return {
    live: plans.filter(({ predictor }) => !predictor.shadow),
    shadow: plans.find(({ predictor }) => predictor.shadow),
  };
}

/** The annotation's time for one call, in milliseconds; null without one. */
export function callTimeout({ manifest }: Plan, annotation: string): number | null {
  const milliseconds = Number(manifest.deployment.annotations[annotation]);
  return Number.isSafeInteger(milliseconds) && milliseconds > 0 ? milliseconds : null;
}
