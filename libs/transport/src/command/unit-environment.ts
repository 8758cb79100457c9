import type { GraphNode } from '#graph';

/** Where in the world a component stands. */
export interface Place {
  readonly deployment: string;
  readonly predictor: string;
  readonly image: string;
}

export interface UnitPorts {
  readonly http: number;
  readonly grpc: number;
  readonly metrics: number;
}

/** What is the router's own: a component is somebody else's code. */
const SECRETS = ['DATABASE_URL', 'REDIS_URL', 'SWITCHYARD_ADMIN_KEY', 'SWITCHYARD_RECEIPT_KEY'];

/** This process's environment without its secrets, so that commands find their paths and settings. */
export function inheritedEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !SECRETS.includes(name)));
}

/** The variables that Seldon's operator gives a component's container (reference, section 3.7). */
export function unitEnvironment(node: GraphNode, place: Place, ports: UnitPorts): Record<string, string> {
  const parameters = node.parameters.map(({ name, type, value }) => ({ name, value: String(value), type }));
  return {
    PREDICTIVE_UNIT_SERVICE_PORT: String(ports.http),
    PREDICTIVE_UNIT_HTTP_SERVICE_PORT: String(ports.http),
    PREDICTIVE_UNIT_GRPC_SERVICE_PORT: String(ports.grpc),
    PREDICTIVE_UNIT_METRICS_SERVICE_PORT: String(ports.metrics),
    PREDICTIVE_UNIT_METRICS_ENDPOINT: '/prometheus',
    PREDICTIVE_UNIT_ID: node.name,
    PREDICTIVE_UNIT_IMAGE: place.image,
    ...(parameters.length > 0 && { PREDICTIVE_UNIT_PARAMETERS: JSON.stringify(parameters) }),
    PREDICTOR_ID: place.predictor,
    PREDICTOR_LABELS: JSON.stringify({ version: place.predictor }),
    SELDON_DEPLOYMENT_ID: place.deployment,
    SELDON_EXECUTOR_ENABLED: 'true',
  };
}
