import type { EngineModels } from './engine-models.js';
import { graphConfigName } from './graph-config.js';
import { type Container, type Fields, present, uniqueByName, type Volume } from './kubernetes-object.js';
import { ownContainer, SCRATCH_MOUNT, SCRATCH_VARIABLES, SCRATCH_VOLUME } from './own-container.js';
import type { Plan } from './plan.js';
import { PODINFO_MOUNT, PODINFO_VOLUME } from './podinfo.js';
import { type Shutdown, sleepBeforeEnd } from './shutdown.js';

export const ENGINE_CONTAINER = 'seldon-container-engine';
export const ENGINE_HTTP_PORT = 8000;
export const ENGINE_GRPC_PORT = 5001;

const GRAPH_FOLDER = '/etc/switchyard';
const GRAPH_VOLUME = 'switchyard-graph';

const VARIABLES = [
  { name: 'SWITCHYARD_DEPLOYMENT', value: `${GRAPH_FOLDER}/deployment.yaml` },
  { name: 'SWITCHYARD_HOST', value: '0.0.0.0' },
  { name: 'SWITCHYARD_PORT', value: String(ENGINE_HTTP_PORT) },
  { name: 'SWITCHYARD_GRPC_PORT', value: String(ENGINE_GRPC_PORT) },
  ...SCRATCH_VARIABLES,
];

/** The router that serves one predictor's graph, under the name, ports and probes of Seldon's engine. */
export function engineContainer(plan: Plan, { engineSleep }: Shutdown, models: EngineModels): Container {
  const { options, written } = plan;
  return {
    name: ENGINE_CONTAINER,
    ...ownContainer(plan),
    args: ['router'],
    env: uniqueByName([...(written.svcOrchSpec?.env ?? []), ...VARIABLES, ...models.env]),
    envFrom: [{ secretRef: { name: options.storesSecret, optional: true } }, ...models.envFrom],
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
      ...models.volumeMounts,
    ],
  };
}

export function engineVolumes(plan: Plan, models: EngineModels): Volume[] {
  const graph = { name: GRAPH_VOLUME, configMap: { name: graphConfigName(plan) } };
  return [graph, PODINFO_VOLUME, SCRATCH_VOLUME, ...models.volumes];
}

function engineResources({ written, options }: Plan): Fields {
  const given = written.svcOrchSpec?.resources ?? written.engineResources;
  return given && Object.keys(given).length > 0 ? present(given) : options.engine.resources;
}
