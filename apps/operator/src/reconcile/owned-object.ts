import { createHash } from 'node:crypto';
import type { Kind } from '../api/kinds.js';
import type { KubernetesResource } from '../api/kubernetes-resource.js';
import { type GraphConfigState, graphConfigState } from '../graphs/graph-config-state.js';
import { DEPLOYMENT_LABEL, FIELD_MANAGER } from './names.js';
import { type Rollout, replicasOf, rolloutOf } from './rollout.js';

/** What is kept in memory of an object that the operator made. */
export interface OwnedObject {
  readonly kind: Kind;
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly uid: string;
    readonly resourceVersion: string;
  };
  /** The name of its deployment. */
  readonly deployment: string;
  /** The uids of its owners. */
  readonly owners: readonly string[];
  /** A digest of the fields that are set as the operator set them: it changes when somebody else sets one. */
  readonly fields: string;
  /** Of a Deployment. */
  readonly rollout: Rollout | null;
  /** Of a Deployment: its replicas, where the operator set them; otherwise null. */
  readonly ownReplicas: number | null;
  /** Of a ConfigMap. */
  readonly graph: GraphConfigState | null;
}

export function ownedObject(kind: Kind, resource: KubernetesResource): OwnedObject {
  const { name, namespace = '', uid, resourceVersion, labels, ownerReferences = [] } = resource.metadata;
  const own = ownFields(resource);
  const isDeployment = kind.kind === 'Deployment';
  return {
    kind,
    metadata: { name, namespace, uid, resourceVersion },
    deployment: labels?.[DEPLOYMENT_LABEL] ?? '',
    owners: ownerReferences.map((owner) => owner.uid),
    fields: digestOf(own),
    rollout: isDeployment ? rolloutOf(resource) : null,
    ownReplicas: isDeployment && own?.['f:spec']?.['f:replicas'] ? replicasOf(resource) : null,
    graph: kind.kind === 'ConfigMap' ? graphConfigState(resource) : null,
  };
}

/** What an object is known by among those of one deployment. */
export function objectId({ kind, name }: { readonly kind: string; readonly name: string }): string {
  return `${kind}/${name}`;
}

export function digestOf(value: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(value) ?? '')
    .digest('base64url');
}

interface OwnFields {
  readonly 'f:spec'?: { readonly 'f:replicas'?: object };
}

function ownFields({ metadata: { managedFields = [] } }: KubernetesResource): OwnFields | null {
  const own = managedFields.find(
    ({ manager, operation, subresource }) =>
      manager === FIELD_MANAGER && operation === 'Apply' && !subresource,
  );
  return (own?.fieldsV1 as OwnFields | undefined) ?? null;
}
