import type { KubernetesObject } from '#kubernetes';
import { objectPath } from '../api/kinds.js';
import type { KubernetesClient } from '../api/kubernetes-client.js';
import type { OwnedObject } from './owned-object.js';

/** Owns the replicas of a Deployment between the operator and its autoscaler. */
const FIELD_MANAGER = 'switchyard-operator-hand-over';
const AUTOSCALERS = ['HorizontalPodAutoscaler', 'ScaledObject'];

/** Whether one of `objects` is to decide about the replicas of a Deployment; it has the name of that. */
export function isScaled(
  { kind, metadata }: KubernetesObject,
  objects: readonly KubernetesObject[],
): boolean {
  const scales = (one: KubernetesObject) =>
    AUTOSCALERS.includes(one.kind) && one.metadata.name === metadata.name;
  return kind === 'Deployment' && objects.some(scales);
}

/**
 * Leaves the replicas of a Deployment as they are for its autoscaler. A field that nobody owns any more is removed, and
 * the Deployment would have one replica until the autoscaler looks: somebody else owns it first, as Kubernetes'
 * documentation of server-side apply has it. Throws `ApiError`.
 */
export async function handOverReplicas(client: KubernetesClient, live: OwnedObject): Promise<void> {
  const { kind, metadata, ownReplicas: replicas } = live;
  if (replicas === null) return;
  const { apiVersion } = kind;
  const { name, namespace } = metadata;
  await client.call({
    method: 'PATCH',
    path: `${objectPath(kind, namespace, name)}?fieldManager=${FIELD_MANAGER}&force=true`,
    contentType: 'application/apply-patch+yaml',
    body: { apiVersion, kind: kind.kind, metadata: { name, namespace }, spec: { replicas } },
  });
}
