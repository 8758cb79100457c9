import { aborted } from '../aborted.js';
import { collectionPath, PODS } from '../api/kinds.js';
import type { KubernetesClient } from '../api/kubernetes-client.js';
import { Reflector } from '../api/reflector.js';
import { DEPLOYMENT_LABEL } from '../reconcile/names.js';
import { isNews, type ServingPod, servingPod } from './serving-pod.js';
import type { Trouble } from './trouble.js';

/** Copies of the pods of all deployments, by deployment. */
export class ServingPods {
  private readonly byDeployment = new Map<string, Map<string, ServingPod>>();
  private readonly reflectors: readonly Reflector<ServingPod>[];
  private running: readonly Promise<void>[] = [];

  constructor(
    client: KubernetesClient,
    /** Empty: all. */
    namespaces: readonly string[],
    /** Told the key of a deployment with a pod of which there is news. */
    private readonly onNews: (deployment: string) => void,
  ) {
    this.reflectors = (namespaces.length === 0 ? [''] : namespaces).map(
      (namespace) =>
        new Reflector<ServingPod>(client, {
          path: collectionPath(PODS, namespace),
          labelSelector: DEPLOYMENT_LABEL,
          keep: servingPod,
          onChange: ({ before, after }) => this.take(before, after),
        }),
    );
  }

  of(deployment: string): readonly ServingPod[] {
    return [...(this.byDeployment.get(deployment)?.values() ?? [])];
  }

  /** By the name of the Deployment; of several pods one trouble. */
  troublesOf(deployment: string): ReadonlyMap<string, Trouble> {
    const troubles = new Map<string, Trouble>();
    for (const { workload, trouble } of this.of(deployment)) {
      const known = troubles.get(workload);
      if (trouble !== null && (!known || trouble.text < known.text)) troubles.set(workload, trouble);
    }
    return troubles;
  }

  /** Resolves once all are known, or `signal` is aborted. */
  async follow(signal: AbortSignal): Promise<void> {
    this.running = this.reflectors.map((reflector) => reflector.run(signal));
    await Promise.race([Promise.all(this.reflectors.map(({ synced }) => synced)), aborted(signal)]);
  }

  async stopped(): Promise<void> {
    await Promise.all(this.running);
  }

  private take(before: ServingPod | null, after: ServingPod | null): void {
    if (before) this.unindex(before);
    if (after) this.index(after);
    if (isNews(before, after)) this.onNews(deploymentKey((after ?? before)!));
  }

  private index(pod: ServingPod): void {
    const key = deploymentKey(pod);
    const pods = this.byDeployment.get(key) ?? new Map<string, ServingPod>();
    pods.set(pod.metadata.name, pod);
    this.byDeployment.set(key, pods);
  }

  private unindex(pod: ServingPod): void {
    const key = deploymentKey(pod);
    const pods = this.byDeployment.get(key);
    pods?.delete(pod.metadata.name);
    if (pods?.size === 0) this.byDeployment.delete(key);
  }
}

function deploymentKey({ metadata: { namespace }, deployment }: ServingPod): string {
  return `${namespace}/${deployment}`;
}
