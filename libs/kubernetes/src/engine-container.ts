import type { EngineModels } from './engine-models.js';
import { type Container, type Fields, present, uniqueByName, type Volume } from './kubernetes-object.js';
import { ownContainer, SCRATCH_MOUNT, SCRATCH_VARIABLES, SCRATCH_VOLUME } from './own-container.js';
import type { Plan } from './plan.js';
import { PODINFO_MOUNT, PODINFO_VOLUME } from './podinfo.js';
import { DRAIN, type Shutdown, sleepBeforeEnd } from './shutdown.js';

export const ENGINE_CONTAINER = 'seldon-container-engine';
export const ENGINE_HTTP_PORT = 8000;
export const ENGINE_GRPC_PORT = 5001;

const GRAPH_FOLDER = '/etc/switchyard';
/** Of a pod with an engine: the ConfigMap with its graph. */
export const GRAPH_VOLUME = 'switchyard-graph';
const SNAPSHOT_FOLDER = '/var/lib/switchyard-snapshot';
const SNAPSHOT_VOLUME = 'switchyard-snapshot';

const VARIABLES = [
  { name: 'SWITCHYARD_DEPLOYMENT', value: `${GRAPH_FOLDER}/deployment.yaml` },
  { name: 'SWITCHYARD_RELOAD', value: 'true' },
  { name: 'SWITCHYARD_DRAIN_SECONDS', value: String(DRAIN) },
  { name: 'SWITCHYARD_SNAPSHOT_FOLDER', value: SNAPSHOT_FOLDER },
  { name: 'SWITCHYARD_HOST', value: '0.0.0.0' },
  { name: 'SWITCHYARD_PORT', value: String(ENGINE_HTTP_PORT) },
  { name: 'SWITCHYARD_GRPC_PORT', value: String(ENGINE_GRPC_PORT) },
  ...SCRATCH_VARIABLES,
];

/** The router that serves one predictor's graph, under the name, ports and probes of Seldon's engine. */
export function engineContainer(plan: Plan, { engineSleep }: Shutdown, models: EngineModels): Container {
  const { written } = plan;
  return {
    name: ENGINE_CONTAINER,
    ...ownContainer(plan),
    args: ['router'],
    env: uniqueByName([...(written.svcOrchSpec?.env ?? []), ...VARIABLES, ...models.env]),
    envFrom: [...storesOf(plan), ...models.envFrom],
    ports: [
      { name: 'http', containerPort: ENGINE_HTTP_PORT },
      { name: 'grpc', containerPort: ENGINE_GRPC_PORT },
    ],
    readinessProbe: {
      httpGet: { path: '/ready', port: ENGINE_HTTP_PORT },
      periodSeconds: 2,
      timeoutSeconds: 5,
    },
    livenessProbe: {
      httpGet: { path: '/live', port: ENGINE_HTTP_PORT },
      initialDelaySeconds: 20,
      periodSeconds: 5,
      timeoutSeconds: 10,
    },
    ...sleepBeforeEnd(engineSleep),
    resources: engineResources(plan),
    volumeMounts: [
      { name: GRAPH_VOLUME, mountPath: GRAPH_FOLDER, readOnly: true },
      PODINFO_MOUNT,
      SCRATCH_MOUNT,
      snapshotMount(plan),
      ...models.volumeMounts,
    ],
  };
}

/** `graphConfig`: the name of the ConfigMap with the graph. */
export function engineVolumes(plan: Plan, models: EngineModels, graphConfig: string): Volume[] {
  const graph = { name: GRAPH_VOLUME, configMap: { name: graphConfig } };
  return [graph, PODINFO_VOLUME, SCRATCH_VOLUME, snapshotVolume(plan), ...models.volumes];
}

/** A shadow answers nobody, and no reward can follow: without the stores nothing of it is recorded. */
function storesOf({ options, predictor }: Plan): Fields[] {
  return predictor.shadow ? [] : [{ secretRef: { name: options.storesSecret, optional: true } }];
}

function snapshotVolume({ options }: Plan): Volume {
  const { snapshotClaim: claimName } = options.engine;
  return claimName === ''
    ? { name: SNAPSHOT_VOLUME, emptyDir: {} }
    : { name: SNAPSHOT_VOLUME, persistentVolumeClaim: { claimName } };
}

/** In a claim, which others use as well, a folder of the predictor's own. */
function snapshotMount({ key, options }: Plan): Fields {
  const mount = { name: SNAPSHOT_VOLUME, mountPath: SNAPSHOT_FOLDER };
  return options.engine.snapshotClaim === '' ? mount : { ...mount, subPath: key };
}

function engineResources({ written, options }: Plan): Fields {
  const given = written.svcOrchSpec?.resources ?? written.engineResources;
  return given && Object.keys(given).length > 0 ? present(given) : options.engine.resources;
}
