/** What is read of an object of Kubernetes' API. */
export interface KubernetesResource {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: ResourceMetadata;
  readonly spec?: unknown;
  readonly status?: unknown;
}

export interface ResourceMetadata {
  readonly name: string;
  readonly namespace?: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly generation?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly deletionTimestamp?: string;
  readonly ownerReferences?: readonly { readonly uid: string }[];
  readonly managedFields?: readonly ManagedFields[];
}

/** Which fields somebody set. */
interface ManagedFields {
  readonly manager: string;
  readonly operation: string;
  readonly subresource?: string;
  readonly fieldsV1?: unknown;
}

/** What caches and queues know an object by: `namespace/name`. */
export function keyOf({ metadata: { namespace = '', name } }: Named): string {
  return `${namespace}/${name}`;
}

interface Named {
  readonly metadata: { readonly name: string; readonly namespace?: string };
}
