import { type GraphNode, shortName } from '#graph';
import { unitNamed } from './component-variables.js';
import { type Container, type Fields, present, type Volume } from './kubernetes-object.js';
import { ownContainer, SCRATCH_MOUNT, SCRATCH_VARIABLES, SCRATCH_VOLUME } from './own-container.js';
import type { Plan } from './plan.js';
import { MODEL_FOLDER, modelContainer } from './servers/server-containers.js';

const CLAIM = /^pvc:\/\/([^/]+)\/?(.*)$/;

/** How the model of a node gets into the container that loads it. */
export interface ModelVolume {
  /** The container that loads it. */
  readonly container: string;
  readonly mount: Fields & { readonly name: string; readonly mountPath: string };
  readonly volumes: readonly Volume[];
  readonly initContainers: readonly Container[];
  readonly serviceAccountName: string | undefined;
}

/** Of each node of a pod that has a `modelUri`. A claim is mounted where it is; all else is fetched before the start. */
export function modelVolumes(plan: Plan, containers: readonly { readonly name: string }[]): ModelVolume[] {
  return [...plan.nodes.values()]
    .filter(({ name, modelUri }) => modelUri && containers.some((container) => container.name === name))
    .map((node) => modelVolume(plan, node));
}

function modelVolume(plan: Plan, node: GraphNode): ModelVolume {
  const container = modelContainer(node, plan.protocol);
  const volume = shortName(`${container}-provision-location`);
  const mount = { name: volume, mountPath: MODEL_FOLDER, readOnly: true };
  const { serviceAccountName } = unitNamed(plan.written.graph, node.name);
  const shared = { container, serviceAccountName: serviceAccountName ?? undefined };
  const [, claimName, subPath] = CLAIM.exec(node.modelUri!) ?? [];
  if (claimName !== undefined) {
    const claim = { name: volume, persistentVolumeClaim: { claimName, readOnly: true } };
    return {
      ...shared,
      mount: { ...mount, ...(subPath && { subPath }) },
      volumes: [claim],
      initContainers: [],
    };
  }
  const initContainer = initializer(plan, node, container, volume);
  return {
    ...shared,
    mount,
    volumes: [{ name: volume, emptyDir: {} }, SCRATCH_VOLUME],
    initContainers: [initContainer],
  };
}

/** An image that the manifest names is called as Seldon's storage initializer is. */
function initializer(
  plan: Plan,
  { name, modelUri }: GraphNode,
  container: string,
  volume: string,
): Container {
  const { storageInitializerImage, envSecretRefName } = unitNamed(plan.written.graph, name);
  const target = { name: volume, mountPath: MODEL_FOLDER };
  const shared = present({
    name: shortName(`${container}-model-initializer`),
    envFrom: envSecretRefName ? [{ secretRef: { name: envSecretRefName } }] : null,
    resources: { requests: { cpu: '100m', memory: '100Mi' }, limits: { cpu: '1', memory: '1Gi' } },
  });
  if (storageInitializerImage) {
    return {
      ...shared,
      image: storageInitializerImage,
      args: [modelUri, MODEL_FOLDER],
      volumeMounts: [target],
    };
  }
  return {
    ...shared,
    ...ownContainer(plan),
    args: ['fetch', modelUri, MODEL_FOLDER],
    env: SCRATCH_VARIABLES,
    volumeMounts: [target, SCRATCH_MOUNT],
  };
}
