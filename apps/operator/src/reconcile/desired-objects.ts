import type { Manifest } from '#graph';
import { type KubernetesObject, type RenderOptions, render } from '#kubernetes';
import { DEPLOYMENT_LABEL, STORES_ANNOTATION } from './names.js';

/** Kinds that are applied first. */
const ORDER = ['ConfigMap', 'NetworkPolicy', 'Service', 'Deployment'];

const ENGINE = 'seldon-container-engine';

interface Workload {
  readonly spec: {
    readonly template: {
      readonly metadata: { readonly annotations?: object };
      readonly spec: { readonly containers: readonly { readonly name: string }[] };
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
  return render(manifest, options)
    .map((object) => ({
      ...object,
      metadata: { ...object.metadata, labels: { ...object.metadata.labels, ...label } },
    }))
    .map((object) => (stores && hasEngine(object) ? withStores(object, stores) : object))
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

function withStores(object: KubernetesObject, stores: string): KubernetesObject {
  const { spec } = object as unknown as Workload;
  const { metadata } = spec.template;
  const annotations = { ...metadata.annotations, [STORES_ANNOTATION]: stores };
  return {
    ...object,
    spec: { ...spec, template: { ...spec.template, metadata: { ...metadata, annotations } } },
  };
}
