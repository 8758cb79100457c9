import { ENGINE_CONTAINER, GRAPH_VOLUME } from '#kubernetes';
import type { KubernetesResource } from '../api/kubernetes-resource.js';
import { DEPLOYMENT_LABEL, GRAPH_ANNOTATION } from '../reconcile/names.js';
import { type PodStatus, type Trouble, troubleOf } from './trouble.js';

/** What is kept in memory of a pod of a deployment. */
export interface ServingPod {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly uid: string;
    readonly resourceVersion: string;
  };
  /** The name of the SeldonDeployment. */
  readonly deployment: string;
  /** The name of its Deployment. */
  readonly workload: string;
  /** Null while it runs well, or is going. */
  readonly trouble: Trouble | null;
  /** Null where it has no engine. */
  readonly engine: PodEngine | null;
}

interface PodEngine {
  /** The name of the ConfigMap with its graph. */
  readonly graphConfig: string;
  /** The digest that the operator marked the pod with. */
  readonly marked: string | undefined;
  /** Empty while it has none. */
  readonly address: string;
  readonly isReady: boolean;
  readonly isLeaving: boolean;
}

interface PodSpec {
  readonly containers: readonly { readonly name: string }[];
  readonly volumes?: readonly { readonly name: string; readonly configMap?: { readonly name: string } }[];
}

export function servingPod(resource: KubernetesResource): ServingPod {
  const { name, namespace = '', uid, resourceVersion, labels = {}, deletionTimestamp } = resource.metadata;
  const workload = workloadOf(resource);
  const status = (resource.status ?? {}) as PodStatus;
  const logs = `-n ${namespace} deployment/${workload}`;
  return {
    metadata: { name, namespace, uid, resourceVersion },
    deployment: labels[DEPLOYMENT_LABEL] ?? '',
    workload,
    trouble: deletionTimestamp || isOver(status) ? null : troubleOf(status, logs),
    engine: isOver(status) ? null : engineOf(resource, status),
  };
}

/** Whether what is known of a pod's deployment changes with it. */
export function isNews(before: ServingPod | null, after: ServingPod | null): boolean {
  return JSON.stringify(essence(before)) !== JSON.stringify(essence(after));
}

function essence(pod: ServingPod | null) {
  if (pod === null) return [null, null];
  const { graphConfig, address, isReady, isLeaving } = pod.engine ?? {};
  return [pod.trouble?.text ?? null, pod.engine && { graphConfig, address, isReady, isLeaving }];
}

/** One that was evicted stays, and does nothing. */
function isOver({ phase }: PodStatus): boolean {
  return phase === 'Failed' || phase === 'Succeeded';
}

/** Its ReplicaSet is called after it and the template. */
function workloadOf({ metadata: { labels = {}, ownerReferences = [] } }: KubernetesResource): string {
  const [owner] = ownerReferences as readonly { readonly name?: string }[];
  const ending = `-${labels['pod-template-hash']}`;
  const name = owner?.name ?? '';
  return name.endsWith(ending) ? name.slice(0, -ending.length) : name;
}

function engineOf({ spec, metadata }: KubernetesResource, status: PodStatus): PodEngine | null {
  const { containers, volumes = [] } = spec as PodSpec;
  const graphConfig = volumes.find(({ name }) => name === GRAPH_VOLUME)?.configMap?.name;
  if (!graphConfig || !containers.some(({ name }) => name === ENGINE_CONTAINER)) return null;
  const ready = status.conditions?.find(({ type }) => type === 'Ready');
  return {
    graphConfig,
    marked: metadata.annotations?.[GRAPH_ANNOTATION],
    address: status.podIP ?? '',
    isReady: ready?.status === 'True',
    isLeaving: metadata.deletionTimestamp !== undefined,
  };
}
