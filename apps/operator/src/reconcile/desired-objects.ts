import type { Manifest } from '#graph';
import { type KubernetesObject, type RenderOptions, render } from '#kubernetes';
import { DEPLOYMENT_LABEL, GRAPH_ANNOTATION, STORES_ANNOTATION } from './names.js';
import { digestOf } from './owned-object.js';

/** Kinds that are applied first. */
const ORDER = ['ConfigMap', 'NetworkPolicy', 'Service', 'Deployment'];

const ENGINE = 'seldon-container-engine';

interface Workload {
  readonly spec: {
    readonly template: {
      readonly metadata: { readonly annotations?: object };
      readonly spec: {
        readonly containers: readonly { readonly name: string }[];
        readonly volumes: readonly { readonly configMap?: { readonly name: string } }[];
      };
    };
  };
}

/**
 * What is to be there for a deployment, in the order in which it is applied: pods after what they need, routes and
 * autoscalers after the pods. `stores` is a digest of what the stores' Secret says. Throws `InvalidDeploymentError`.
 */
export function desiredObjects(
  manifest: Manifest,
  options: RenderOptions,
  stores: string | null,
): KubernetesObject[] {
  const label = { [DEPLOYMENT_LABEL]: manifest.deployment.name };
  const rendered = render(manifest, options);
  return rendered
    .map((object) => ({
      ...object,
      metadata: { ...object.metadata, labels: { ...object.metadata.labels, ...label } },
    }))
    .map((object) => (hasEngine(object) ? withDigests(object, rendered, stores) : object))
    .sort((a, b) => rankOf(a) - rankOf(b));
}

function rankOf({ kind }: KubernetesObject): number {
  const rank = ORDER.indexOf(kind);
  return rank < 0 ? ORDER.length : rank;
}

function hasEngine(object: KubernetesObject): boolean {
  if (object.kind !== 'Deployment') return false;
  const { containers } = (object as unknown as Workload).spec.template.spec;
  return containers.some(({ name }) => name === ENGINE);
}

/** An engine reads graph and stores when it starts: pods are replaced when one of them changes. */
function withDigests(
  object: KubernetesObject,
  rendered: readonly KubernetesObject[],
  stores: string | null,
): KubernetesObject {
  const { spec } = object as unknown as Workload;
  const { metadata, spec: pod } = spec.template;
  const mounted = new Set(pod.volumes.map(({ configMap }) => configMap?.name));
  const graphs = rendered.filter(({ kind, metadata: { name } }) => kind === 'ConfigMap' && mounted.has(name));
  const annotations = {
    ...metadata.annotations,
    [GRAPH_ANNOTATION]: digestOf(graphs.map(({ data }) => data)).slice(0, 16),
    ...(stores && { [STORES_ANNOTATION]: stores }),
  };
  return {
    ...object,
    spec: { ...spec, template: { ...spec.template, metadata: { ...metadata, annotations } } },
  };
}
