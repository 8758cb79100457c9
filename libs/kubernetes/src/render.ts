import type { Manifest } from '#graph';
import { autoscaling } from './autoscaling.js';
import { checkPlans } from './check-plans.js';
import { engineAutoscaler } from './engine-autoscaler.js';
import { engineWorkload } from './engine-workload.js';
import { graphConfig } from './graph-config.js';
import { graphConfigName } from './graph-config-name.js';
import type { KubernetesObject } from './kubernetes-object.js';
import { networkPolicies } from './network-policies.js';
import { type Plan, plansOf } from './plan.js';
import type { RenderOptions } from './render-options.js';
import { routes } from './routes/index.js';
import { services } from './services.js';
import { workload } from './workload.js';

/**
 * The objects of Kubernetes' API that serve a deployment. The same manifest and options give the same objects, in the
 * same order. Throws `InvalidDeploymentError` for what only Kubernetes forbids, such as a predictor's name with `_`.
 */
export function render(manifest: Manifest, options: RenderOptions): KubernetesObject[] {
  const plans = plansOf(manifest, options);
  checkPlans(plans);
  return [...plans.flatMap(objectsOf), ...routes(plans)];
}

function objectsOf(plan: Plan): KubernetesObject[] {
  const graph = plan.engine === 'none' ? '' : graphConfigName(plan);
  return [
    ...(plan.engine === 'none' ? [] : [graphConfig(plan, graph)]),
    ...plan.pods.map((pod) => workload(plan, pod, graph)),
    ...(plan.engine === 'separate' ? [engineWorkload(plan, graph)] : []),
    ...services(plan),
    ...plan.pods.flatMap((pod) => autoscaling(plan, pod)),
    ...engineAutoscaler(plan),
    ...(plan.options.networkPolicy ? networkPolicies(plan) : []),
  ];
}
