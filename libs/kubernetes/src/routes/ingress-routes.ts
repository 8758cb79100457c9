import type { KubernetesObject } from '../kubernetes-object.js';
import { objectOf } from '../object-of.js';
import type { Plan } from '../plan.js';
import { predictorPorts } from '../services.js';
import { publicPath, splitOf } from './public-address.js';

/**
 * A plain Ingress for REST. It rewrites no path, the engine takes the whole one; it cannot split traffic, so all of it
 * goes to the one predictor that answers.
 */
export function ingressRoutes(plans: readonly Plan[]): KubernetesObject[] {
  const plan = splitOf(plans).live[0]!;
  const { host, ingress } = plan.options;
  const service = { name: plan.key, port: { number: predictorPorts(plan).http } };
  const paths = [{ path: `${publicPath(plan)}/`, pathType: 'Prefix', backend: { service } }];
  const spec = {
    ...(ingress.className && { ingressClassName: ingress.className }),
    rules: [{ ...(host && { host }), http: { paths } }],
  };
  const identity = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    name: plan.manifest.deployment.name,
  };
  return [objectOf(plan, identity, { spec })];
}
