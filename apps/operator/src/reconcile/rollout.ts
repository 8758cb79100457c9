import type { KubernetesResource } from '../api/kubernetes-resource.js';

/** How far the pods of a Deployment are. */
export interface Rollout {
  readonly replicas: number;
  readonly availableReplicas: number;
  /** Every pod that is wanted is of the current template and answers, and no other is left. */
  readonly isComplete: boolean;
  /** The pods of the current template have all answered at once, if not at present. */
  readonly isRolledOut: boolean;
  /** Why Kubernetes gave up; null while it has not. */
  readonly failure: string | null;
  /** What keeps pods from being made; null where nothing does. */
  readonly obstacle: string | null;
}

interface DeploymentStatus {
  readonly observedGeneration?: number;
  readonly replicas?: number;
  readonly updatedReplicas?: number;
  readonly availableReplicas?: number;
  readonly conditions?: readonly {
    readonly type: string;
    readonly status: string;
    readonly reason?: string;
    readonly message?: string;
  }[];
}

export function rolloutOf({ metadata, spec, status }: KubernetesResource): Rollout {
  const wanted = replicasOf({ spec });
  const { observedGeneration = 0, conditions = [], ...counts } = (status ?? {}) as DeploymentStatus;
  const { replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = counts;
  const isCurrent = observedGeneration >= (metadata.generation ?? 0);
  const progressing = conditions.find(({ type }) => type === 'Progressing');
  const failing = conditions.find(({ type, status: is }) => type === 'ReplicaFailure' && is === 'True');
  const gaveUp = isCurrent && progressing?.reason === 'ProgressDeadlineExceeded';
  const isComplete =
    isCurrent && updatedReplicas === wanted && replicas === wanted && availableReplicas === wanted;
  return {
    replicas,
    availableReplicas,
    isComplete,
    isRolledOut: isComplete || (isCurrent && progressing?.reason === 'NewReplicaSetAvailable'),
    failure: gaveUp ? (progressing.message ?? progressing.reason!) : null,
    obstacle: failing?.message ?? null,
  };
}

/** How many a Deployment is to have. */
export function replicasOf({ spec }: Pick<KubernetesResource, 'spec'>): number {
  return (spec as { readonly replicas?: number }).replicas ?? 1;
}
