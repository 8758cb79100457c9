import { type KubernetesResource, keyOf } from '../api/kubernetes-resource.js';
import type { DeploymentStatus } from '../status/deployment-status.js';

/** A SeldonDeployment as it is in the cluster. */
export interface ServedResource extends KubernetesResource {
  readonly key: string;
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly status?: DeploymentStatus;
}

export function servedResource({
  metadata: { managedFields: _, ...metadata },
  ...resource
}: KubernetesResource): ServedResource {
  const { uid, namespace = '', name } = metadata;
  const { status, ...others } = resource;
  return {
    ...others,
    ...(status ? { status: status as DeploymentStatus } : {}),
    metadata,
    key: keyOf({ metadata }),
    uid,
    namespace,
    name,
  };
}
