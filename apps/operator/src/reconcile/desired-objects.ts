import type { Manifest } from '#graph';
import { type KubernetesObject, type RenderOptions, render } from '#kubernetes';
import { DEPLOYMENT_LABEL, STORES_ANNOTATION } from './names.js';

/** Kinds that are applied first. */
const ORDER = ['ConfigMap', 'NetworkPolicy', 'Service', 'Deployment'];

type Texts = Readonly<Record<string, string>>;

interface Workload {
  readonly spec: {
    readonly template: {
      readonly metadata: { readonly labels: Texts; readonly annotations?: Texts };
      readonly spec: {
        readonly containers: readonly {
          readonly envFrom?: readonly { readonly secretRef?: { readonly name: string } }[];
        }[];
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
  return render(manifest, options)
    .map((object) => ({
      ...object,
      metadata: { ...object.metadata, labels: { ...object.metadata.labels, ...label } },
    }))
    .map((object) => {
      if (object.kind !== 'Deployment') return object;
      const annotations: Texts = stores && hasStores(object, options) ? { [STORES_ANNOTATION]: stores } : {};
      return withPods(object, label, annotations);
    })
    .sort((a, b) => rankOf(a) - rankOf(b));
}

function rankOf({ kind }: KubernetesObject): number {
  const rank = ORDER.indexOf(kind);
  return rank < 0 ? ORDER.length : rank;
}

/** An engine reads them when it starts: its pods are replaced when they change. */
function hasStores(object: KubernetesObject, { storesSecret }: RenderOptions): boolean {
  const { containers } = (object as unknown as Workload).spec.template.spec;
  return containers.some(({ envFrom = [] }) =>
    envFrom.some(({ secretRef }) => secretRef?.name === storesSecret),
  );
}

/** The Deployment with these labels and annotations on its pods. */
function withPods(object: KubernetesObject, labels: Texts, annotations: Texts): KubernetesObject {
  const { spec } = object as unknown as Workload;
  const { metadata } = spec.template;
  const pods = {
    ...metadata,
    labels: { ...metadata.labels, ...labels },
    annotations: { ...metadata.annotations, ...annotations },
  };
  return { ...object, spec: { ...spec, template: { ...spec.template, metadata: pods } } };
}
