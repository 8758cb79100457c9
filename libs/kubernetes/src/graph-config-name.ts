import { createHash } from 'node:crypto';
import { engineWorkload } from './engine-workload.js';
import type { KubernetesObject } from './kubernetes-object.js';
import type { Plan } from './plan.js';
import { workload } from './workload.js';

const DIGITS = 8;

interface Workload {
  readonly spec: { readonly template: unknown };
}

/**
 * The name of the ConfigMap that an engine reads: another one for each template of its pods. Pods that stay get a new
 * graph in the one that they have; while pods are replaced, those that go keep the graph that fits their containers.
 * An engine serves one protocol until it ends: another one replaces its pods.
 * At most 78 characters, as a key has at most 63; a ConfigMap's name may have 253.
 */
export function graphConfigName(plan: Plan): string {
  const { spec } = engineDeployment(plan) as unknown as Workload;
  const { protocol } = plan;
  const digest = createHash('sha256')
    .update(canonical({ template: spec.template, protocol }))
    .digest('hex');
  return `${plan.key}-graph-${digest.slice(0, DIGITS)}`;
}

function engineDeployment(plan: Plan): KubernetesObject {
  const beside = plan.pods.find(({ hasEngine }) => hasEngine);
  return beside ? workload(plan, beside, '') : engineWorkload(plan, '');
}

/** The same for objects that differ in the order of their fields, or in fields without a value. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, field) => {
    if (typeof field !== 'object' || field === null || Array.isArray(field)) return field;
    const present = Object.entries(field).filter(([, one]) => one !== null && one !== undefined);
    return Object.fromEntries(present.sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
