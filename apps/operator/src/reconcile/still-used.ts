import type { KubernetesObject } from '#kubernetes';
import type { ServingPod } from '../pods/serving-pod.js';
import type { OwnedObject } from './owned-object.js';

/** What an engine asks its components by. */
const NEEDED = ['Service', 'Deployment', 'NetworkPolicy'];

/**
 * Whether an object that is no longer wanted has to stay for now: a graph for as long as a pod mounts it; what an
 * engine's graph may need until no engine with a graph of before is left. One that is going still answers requests.
 */
export function stillUsed(
  pods: readonly ServingPod[],
  desired: readonly KubernetesObject[],
): (object: OwnedObject) => boolean {
  const wanted = new Set(
    desired.filter(({ kind }) => kind === 'ConfigMap').map(({ metadata }) => metadata.name),
  );
  const engines = pods.filter(({ engine }) => engine !== null);
  const before = engines.filter(({ engine }) => !wanted.has(engine!.graphConfig));
  const graphs = new Set(engines.map(({ engine }) => engine!.graphConfig));
  const workloads = new Set(before.map(({ workload }) => workload));
  return ({ kind: { kind }, metadata: { name } }) => {
    if (kind === 'ConfigMap') return graphs.has(name);
    if (kind === 'Deployment' && workloads.has(name)) return false;
    return before.length > 0 && NEEDED.includes(kind);
  };
}
