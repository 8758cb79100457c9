import {
  nodesOf,
  type Predictor,
  type SeldonComponentSpec,
  type SeldonContainer,
  type SeldonPredictor,
} from '#graph';
import { type ServerContext, serverContainers } from './server-containers.js';

/**
 * The componentSpecs of a predictor with what its model servers need: a container in the first pod for each that has
 * none, and its image, arguments and variables where the container leaves them out.
 */
export function withServers(
  written: SeldonPredictor,
  { graph }: Predictor,
  context: ServerContext,
): SeldonComponentSpec[] {
  const servers = nodesOf(graph).filter(({ implementation }) =>
    Object.hasOwn(context.images, implementation),
  );
  const containers = servers.map((server) => serverContainers(server, context));
  return containers.reduce<SeldonComponentSpec[]>(addContainers, [...(written.componentSpecs ?? [])]);
}

/** Into the pod that has the first of them already, else into the first pod. */
function addContainers(
  specs: readonly SeldonComponentSpec[],
  containers: readonly SeldonContainer[],
): SeldonComponentSpec[] {
  const given = specs.findIndex(({ spec }) =>
    spec?.containers?.some(({ name }) => name === containers[0]?.name),
  );
  const after = [...specs];
  const index = Math.max(given, 0);
  const { spec, ...others } = after[index] ?? {};
  after[index] = {
    ...others,
    spec: { ...spec, containers: containers.reduce(merge, spec?.containers ?? []) },
  };
  return after;
}

/** What the manifest says of a container goes before what its server needs. */
function merge(containers: readonly SeldonContainer[], server: SeldonContainer): SeldonContainer[] {
  const given = containers.find(({ name }) => name === server.name);
  if (given === undefined) return [...containers, server];
  const env = [...(given.env ?? [])];
  for (const variable of server.env ?? []) {
    if (!env.some(({ name }) => name === variable.name)) env.push(variable);
  }
  const merged = { ...server, ...given, ...(env.length > 0 && { env }) };
  return containers.map((container) => (container === given ? merged : container));
}
