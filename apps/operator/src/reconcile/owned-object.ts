import { createHash } from 'node:crypto';
import type { Kind } from '../api/kinds.js';
import type { KubernetesResource } from '../api/kubernetes-resource.js';
import { DEPLOYMENT_LABEL, FIELD_MANAGER } from './names.js';
import { type Rollout, rolloutOf } from './rollout.js';

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
}

export function ownedObject(kind: Kind, resource: KubernetesResource): OwnedObject {
  const { name, namespace = '', uid, resourceVersion, labels, ownerReferences = [] } = resource.metadata;
  return {
    kind,
    metadata: { name, namespace, uid, resourceVersion },
    deployment: labels?.[DEPLOYMENT_LABEL] ?? '',
    owners: ownerReferences.map((owner) => owner.uid),
    fields: digestOf(ownFields(resource)),
    rollout: kind.kind === 'Deployment' ? rolloutOf(resource) : null,
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

function ownFields({ metadata: { managedFields = [] } }: KubernetesResource): unknown {
  const own = managedFields.find(
    ({ manager, operation, subresource }) =>
      manager === FIELD_MANAGER && operation === 'Apply' && !subresource,
  );
  return own?.fieldsV1 ?? null;
}
