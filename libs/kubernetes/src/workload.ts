import type { SeldonContainer } from '#graph';
import { componentContainer } from './component-container.js';
import { scalesEngine } from './engine-autoscaler.js';
import { engineContainer, engineVolumes } from './engine-container.js';
import { engineModels } from './engine-models.js';
import {
  type Container,
  type Fields,
  type KubernetesObject,
  present,
  uniqueByName,
  type Volume,
} from './kubernetes-object.js';
import { type ModelVolume, modelVolumes } from './model-volume.js';
import { objectOf } from './object-of.js';
import type { Plan, PodPlan } from './plan.js';
import { PODINFO_VOLUME } from './podinfo.js';
import { type Shutdown, shutdownOf } from './shutdown.js';
import { ENGINE_LABEL, podLabels, SCRAPED, selectorOf } from './workload-labels.js';

/** No pod ends before another is ready. */
export const ROLLING_UPDATE = {
  type: 'RollingUpdate',
  rollingUpdate: { maxSurge: '25%', maxUnavailable: 0 },
};

/** The Deployment of one componentSpec. `graph`: the name of the ConfigMap for an engine in its pods. */
export function workload(plan: Plan, pod: PodPlan, graph: string): KubernetesObject {
  const labels = podLabels(plan, pod);
  const annotations = annotationsOf(plan, pod);
  return objectOf(
    plan,
    {
      ...{ apiVersion: 'apps/v1', kind: 'Deployment', name: pod.name, annotations },
      labels: pod.hasEngine ? { ...labels, ...ENGINE_LABEL } : labels,
    },
    {
      spec: present({
        replicas: replicasOf(plan, pod),
        progressDeadlineSeconds: plan.written.progressDeadlineSeconds,
        selector: { matchLabels: selectorOf(plan, pod) },
        strategy: ROLLING_UPDATE,
        template: {
          metadata: { labels, annotations: { ...SCRAPED, ...annotations } },
          spec: podSpec(plan, pod, graph),
        },
      }),
    },
  );
}

/** Left open where an autoscaler decides. */
function replicasOf(plan: Plan, { componentSpec, hasEngine }: PodPlan): number | null | undefined {
  const { written, manifest } = plan;
  if (componentSpec.hpaSpec || componentSpec.kedaSpec || (hasEngine && scalesEngine(plan))) return null;
  return componentSpec.replicas ?? written.replicas ?? manifest.written.spec.replicas;
}

function annotationsOf({ manifest, written }: Plan, { componentSpec }: PodPlan) {
  return {
    ...manifest.written.spec.annotations,
    ...written.annotations,
    ...componentSpec.metadata?.annotations,
  };
}

/** The pod as the manifest has it, with what is missing for it to be served. */
function podSpec(plan: Plan, { componentSpec, hasEngine }: PodPlan, graph: string): Fields {
  const { containers = [], ...given } = present(componentSpec.spec ?? {});
  const shutdown = shutdownOf(plan, given.terminationGracePeriodSeconds);
  const models = modelVolumes(plan, containers ?? []);
  const engine = hasEngine ? engineModels(plan) : null;
  const serviceAccountName = models.find((model) => model.serviceAccountName)?.serviceAccountName;
  return {
    ...(serviceAccountName && { serviceAccountName }),
    securityContext: { runAsUser: plan.options.runAsUser },
    terminationGracePeriodSeconds: shutdown.grace,
    ...given,
    ...initContainersOf(given.initContainers ?? [], models),
    containers: [
      ...(containers ?? []).map((container) => completed(plan, container, { shutdown, models })),
      ...(engine ? [engineContainer(plan, shutdown, engine)] : []),
    ],
    volumes: uniqueByName<Volume>([
      ...(given.volumes ?? []),
      PODINFO_VOLUME,
      ...models.flatMap(({ volumes }) => volumes),
      ...(engine ? engineVolumes(plan, engine, graph) : []),
    ]),
  };
}

function initContainersOf(given: readonly Container[], models: readonly ModelVolume[]) {
  const initContainers = [...given, ...models.flatMap((model) => model.initContainers)];
  return initContainers.length > 0 ? { initContainers } : {};
}

/** A container behind no node stays as it is, but for a model that is mounted in it. */
function completed(
  plan: Plan,
  container: SeldonContainer,
  { shutdown, models }: { shutdown: Shutdown; models: readonly ModelVolume[] },
): Container {
  const node = plan.nodes.get(container.name);
  const made: Container = node ? componentContainer(plan, node, container, shutdown) : container;
  const model = models.find((one) => one.container === container.name);
  if (model === undefined) return made;
  const mounts = (made.volumeMounts ?? []) as readonly { readonly mountPath: string }[];
  const isTaken = mounts.some(({ mountPath }) => mountPath === model.mount.mountPath);
  return isTaken ? made : { ...made, volumeMounts: [...mounts, model.mount] };
}
