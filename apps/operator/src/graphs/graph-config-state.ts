import { graphDigest } from '#graph';
import type { KubernetesObject } from '#kubernetes';
import type { KubernetesResource } from '../api/kubernetes-resource.js';
import { CHANGING_ANNOTATION, UNCONFIRMED_ANNOTATION } from '../reconcile/names.js';

/** How far the graph in a ConfigMap has come; kept in its annotations, for the operator that goes on. */
export interface GraphConfigState {
  /** Of the graph that it has. */
  readonly digest: string;
  /** When it was given to engines that served another one; absent once those have said that they serve it. */
  readonly changing?: string | undefined;
  /** Why nobody knows whether engines serve it. */
  readonly unconfirmed?: string | undefined;
}

export function graphConfigState(resource: KubernetesResource): GraphConfigState {
  const { annotations = {} } = resource.metadata;
  return {
    digest: digestOfConfig(resource),
    changing: annotations[CHANGING_ANNOTATION],
    unconfirmed: annotations[UNCONFIRMED_ANNOTATION],
  };
}

/** Of the graph that a ConfigMap has. */
export function digestOfConfig(config: object): string {
  const { data = {} } = config as { readonly data?: Readonly<Record<string, string>> };
  return graphDigest(data['deployment.yaml'] ?? '', data['components.yaml'] ?? '');
}

/** A rendered ConfigMap that says how far its graph has come. */
export function withState(
  config: KubernetesObject,
  { changing, unconfirmed }: Omit<GraphConfigState, 'digest'>,
): KubernetesObject {
  if (!changing && !unconfirmed) return config;
  const annotations = {
    ...config.metadata.annotations,
    ...(changing && { [CHANGING_ANNOTATION]: changing }),
    ...(unconfirmed && { [UNCONFIRMED_ANNOTATION]: unconfirmed }),
  };
  return { ...config, metadata: { ...config.metadata, annotations } };
}
