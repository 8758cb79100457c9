import { type GraphNode, type PredictiveUnit, type SeldonContainer, unitsOf } from '#graph';
import type { Plan } from './plan.js';
import { modelParameters } from './servers/server-containers.js';

type Variable = NonNullable<SeldonContainer['env']>[number];

export interface ComponentPorts {
  readonly http: number;
  readonly grpc: number;
  readonly metrics: number;
}

/**
 * A component's variables: the container's own, then those of Seldon's operator (reference seldon-v1.md, section
 * 3.7). Ports and parameters that the container sets are left alone; who it is, it cannot set.
 */
export function componentVariables(
  plan: Plan,
  node: GraphNode,
  container: SeldonContainer,
  ports: ComponentPorts,
): Variable[] {
  const identity = variables(identityOf(plan, node, container));
  const own = (container.env ?? []).filter(
    ({ name }) => !identity.some((variable) => variable.name === name),
  );
  const rest = variables({
    PREDICTIVE_UNIT_SERVICE_PORT: String(node.endpoint.type === 'GRPC' ? ports.grpc : ports.http),
    PREDICTIVE_UNIT_HTTP_SERVICE_PORT: String(ports.http),
    PREDICTIVE_UNIT_GRPC_SERVICE_PORT: String(ports.grpc),
    PREDICTIVE_UNIT_METRICS_SERVICE_PORT: String(ports.metrics),
    PREDICTIVE_UNIT_METRICS_ENDPOINT: '/prometheus',
    ...parametersOf(plan, node),
  }).filter(({ name }) => !own.some((variable) => variable.name === name));
  return [...own, ...rest, ...identity];
}

function identityOf({ written, labels, manifest }: Plan, node: GraphNode, { image }: SeldonContainer) {
  return {
    PREDICTIVE_UNIT_ID: node.name,
    PREDICTIVE_UNIT_IMAGE: image ?? '',
    PREDICTOR_ID: written.name,
    PREDICTOR_LABELS: JSON.stringify(labels, Object.keys(labels).sort()),
    SELDON_DEPLOYMENT_ID: manifest.written.metadata.name,
    SELDON_EXECUTOR_ENABLED: 'true',
  };
}

/** The node's parameters as they are written, and what a component that loads a model has to know. */
function parametersOf(
  { written, protocol, options }: Plan,
  node: GraphNode,
): { PREDICTIVE_UNIT_PARAMETERS?: string } {
  const given = unitNamed(written.graph, node.name).parameters ?? [];
  const added =
    node.modelUri === undefined ? [] : modelParameters(node, { protocol, images: options.servers });
  const parameters = [
    ...given.map(({ name, value, type }) => ({ name, value, type })),
    ...added
      .filter(([name]) => !given.some((parameter) => parameter.name === name))
      .map(([name, value]) => ({ name, value, type: 'STRING' })),
  ];
  return parameters.length > 0 ? { PREDICTIVE_UNIT_PARAMETERS: JSON.stringify(parameters) } : {};
}

/** The node as the manifest has it. */
export function unitNamed(graph: PredictiveUnit, name: string): PredictiveUnit {
  return unitsOf(graph).find((unit) => unit.name === name)!;
}

function variables(values: Readonly<Record<string, string>>): Variable[] {
  return Object.entries(values).map(([name, value]) => ({ name, value }));
}
