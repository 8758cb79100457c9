import type { KubernetesObject } from '#kubernetes';

/** A kind of objects that the operator makes. */
export interface Kind {
  readonly apiVersion: string;
  readonly kind: string;
  /** In paths: `deployments`. */
  readonly plural: string;
  /** Part of every API server; the others come with what is installed on it. */
  readonly isBuiltIn: boolean;
}

/** Every kind that `render` gives. */
export const OWNED_KINDS: readonly Kind[] = [
  builtIn('v1', 'ConfigMap', 'configmaps'),
  builtIn('v1', 'Service', 'services'),
  builtIn('apps/v1', 'Deployment', 'deployments'),
  builtIn('autoscaling/v2', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers'),
  builtIn('policy/v1', 'PodDisruptionBudget', 'poddisruptionbudgets'),
  builtIn('networking.k8s.io/v1', 'Ingress', 'ingresses'),
  builtIn('networking.k8s.io/v1', 'NetworkPolicy', 'networkpolicies'),
  installed('gateway.networking.k8s.io/v1', 'HTTPRoute', 'httproutes'),
  installed('gateway.networking.k8s.io/v1', 'GRPCRoute', 'grpcroutes'),
  installed('networking.istio.io/v1', 'VirtualService', 'virtualservices'),
  installed('networking.istio.io/v1', 'DestinationRule', 'destinationrules'),
  installed('keda.sh/v1alpha1', 'ScaledObject', 'scaledobjects'),
];

export const PODS = { apiVersion: 'v1', plural: 'pods' };
export const SELDON_DEPLOYMENTS = { apiVersion: 'machinelearning.seldon.io/v1', plural: 'seldondeployments' };

const BY_KIND = new Map(OWNED_KINDS.map((kind) => [`${kind.apiVersion}/${kind.kind}`, kind]));

/** The kind of an object that was rendered. */
export function kindOf({ apiVersion, kind }: Pick<KubernetesObject, 'apiVersion' | 'kind'>): Kind {
  return BY_KIND.get(`${apiVersion}/${kind}`)!;
}

/** The path of a collection; without a namespace that of all namespaces. */
export function collectionPath({ apiVersion, plural }: Pick<Kind, 'apiVersion' | 'plural'>, namespace = '') {
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  return namespace === '' ? `${root}/${plural}` : `${root}/namespaces/${namespace}/${plural}`;
}

/** The path of one object. */
export function objectPath(kind: Pick<Kind, 'apiVersion' | 'plural'>, namespace: string, name: string) {
  return `${collectionPath(kind, namespace)}/${name}`;
}

function builtIn(apiVersion: string, kind: string, plural: string): Kind {
  return { apiVersion, kind, plural, isBuiltIn: true };
}

function installed(apiVersion: string, kind: string, plural: string): Kind {
  return { apiVersion, kind, plural, isBuiltIn: false };
}
