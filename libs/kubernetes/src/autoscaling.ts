import type { SeldonComponentSpec } from '#graph';
import { metricsOf } from './hpa-metrics.js';
import { type Fields, type KubernetesObject, present } from './kubernetes-object.js';
import { objectOf } from './object-of.js';
import type { Plan, PodPlan } from './plan.js';
import { selectorOf } from './workload-labels.js';

/** What scales the pods of one componentSpec, and what keeps enough of them. KEDA goes before an HPA, as for Seldon. */
export function autoscaling(plan: Plan, pod: PodPlan): KubernetesObject[] {
  const { kedaSpec, hpaSpec, pdbSpec } = pod.componentSpec;
  return [
    ...(kedaSpec ? [scaledObject(plan, pod, kedaSpec)] : []),
    ...(hpaSpec && !kedaSpec ? [horizontalPodAutoscaler(plan, pod, hpaSpec)] : []),
    ...(pdbSpec ? [disruptionBudget(plan, pod, pdbSpec)] : []),
  ];
}

type Spec<Name extends keyof SeldonComponentSpec> = NonNullable<SeldonComponentSpec[Name]>;

function scaledObject(plan: Plan, { name }: PodPlan, kedaSpec: Spec<'kedaSpec'>): KubernetesObject {
  const identity = { apiVersion: 'keda.sh/v1alpha1', kind: 'ScaledObject', name };
  return objectOf(plan, identity, { spec: { scaleTargetRef: targetOf(name), ...present(kedaSpec) } });
}

function horizontalPodAutoscaler(plan: Plan, { name }: PodPlan, hpaSpec: Spec<'hpaSpec'>): KubernetesObject {
  const identity = { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', name };
  const { metrics, metricsv2, ...others } = hpaSpec;
  const all = metricsOf(metrics ?? [], metricsv2 ?? []);
  const spec = {
    scaleTargetRef: targetOf(name),
    ...present(others),
    ...(all.length > 0 && { metrics: all }),
  };
  return objectOf(plan, identity, { spec });
}

function disruptionBudget(plan: Plan, pod: PodPlan, pdbSpec: Spec<'pdbSpec'>): KubernetesObject {
  const identity = { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', name: pod.name };
  return objectOf(plan, identity, {
    spec: { ...present(pdbSpec), selector: { matchLabels: selectorOf(plan, pod) } },
  });
}

function targetOf(name: string): Fields {
  return { apiVersion: 'apps/v1', kind: 'Deployment', name };
}
