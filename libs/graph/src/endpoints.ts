import type { GraphNode } from './deployment.js';
import { implementationOf } from './implementations.js';
import {
  type PredictiveUnit,
  type SeldonContainer,
  type SeldonDeployment,
  type SeldonPredictor,
  unitsOf,
} from './seldon-deployment.js';
import { shortName } from './short-name.js';

type Endpoint = GraphNode['endpoint'];

const FIRST_HTTP_PORT = 9000;
const FIRST_GRPC_PORT = 9500;
const SEPARATE_POD = 'seldon.io/engine-separate-pod';
/** An annotation: each container behind a node gets pods of its own, and so does the engine. */
export const POD_PER_COMPONENT = 'switchyard.io/pod-per-component';

/** Where the nodes of a deployment are reached, as Seldon's webhook says (reference seldon-v1.md, section 5.1). */
export class Endpoints {
  private readonly names: readonly string[];

  constructor(
    private readonly deployment: SeldonDeployment,
    private readonly namespace: string,
  ) {
    this.names = containerNames(deployment);
  }

  of(unit: PredictiveUnit, predictor: SeldonPredictor): Endpoint {
    const found = containersOf(predictor).find(({ container }) => container.name === unit.name);
    if (found !== undefined) return this.ofContainer(unit, predictor, found.container, found.pod);
    return unit.endpoint?.service_host
      ? this.given(unit, unit.endpoint.service_host)
      : this.added(unit, predictor);
  }

  private ofContainer(
    unit: PredictiveUnit,
    predictor: SeldonPredictor,
    container: SeldonContainer,
    pod: number,
  ): Endpoint {
    const besideEngine = pod === 0 && !hasSeparateEngine(this.deployment, predictor);
    const ports = this.portsOf(container.name, predictor);
    return {
      type: this.typeOf(unit),
      host: besideEngine ? 'localhost' : this.serviceHost(predictor.name, container.name),
      httpPort: namedPort(container, 'http') ?? ports.httpPort,
      grpcPort: namedPort(container, 'grpc') ?? ports.grpcPort,
    };
  }

  /** A model server without a container gets one in the first pod; other nodes without one have no address. */
  private added(unit: PredictiveUnit, predictor: SeldonPredictor): Endpoint {
    const type = this.typeOf(unit);
    if (!this.names.includes(unit.name)) return { type, host: '', httpPort: 0, grpcPort: 0 };
    const host = hasSeparateEngine(this.deployment, predictor)
      ? this.serviceHost(predictor.name, unit.name)
      : 'localhost';
    return { type, host, ...this.portsOf(unit.name, predictor) };
  }

  private given(unit: PredictiveUnit, host: string): Endpoint {
    const { service_port: port, httpPort, grpcPort } = unit.endpoint ?? {};
    const type = this.typeOf(unit);
    return {
      type,
      host,
      httpPort: httpPort ?? (type === 'REST' ? port : null) ?? FIRST_HTTP_PORT,
      grpcPort: grpcPort ?? (type === 'GRPC' ? port : null) ?? FIRST_GRPC_PORT,
    };
  }

  private typeOf({ endpoint }: PredictiveUnit): Endpoint['type'] {
    return endpoint?.type ?? (this.deployment.spec.transport === 'grpc' ? 'GRPC' : 'REST');
  }

  private portsOf(name: string, predictor: SeldonPredictor): Pick<Endpoint, 'httpPort' | 'grpcPort'> {
    const place = hasPodPerComponent(this.deployment, predictor) ? 0 : this.names.indexOf(name);
    return { httpPort: FIRST_HTTP_PORT + place, grpcPort: FIRST_GRPC_PORT + place };
  }

  private serviceHost(predictor: string, container: string): string {
    const service = shortName(`${this.deployment.metadata.name}-${predictor}-${container}`);
    return `${service}.${this.namespace}.svc.cluster.local.`;
  }
}

/**
 * Names of the containers, given or to be added for model servers, over all predictors. The place of each gives its
 * ports: http from 9000, grpc from 9500, metrics from 6000.
 */
export function containerNames({ spec }: SeldonDeployment): readonly string[] {
  return [...new Set(spec.predictors.flatMap(namesIn))];
}

/** Whether the engine gets pods of its own. */
export function hasSeparateEngine(deployment: SeldonDeployment, predictor: SeldonPredictor): boolean {
  const annotations = { ...deployment.spec.annotations, ...predictor.annotations };
  return isTrue(annotations[SEPARATE_POD]) || hasPodPerComponent(deployment, predictor);
}

/** Whether each container behind a node gets pods of its own; all have the first ports then. */
export function hasPodPerComponent(
  { metadata, spec }: SeldonDeployment,
  { annotations }: SeldonPredictor,
): boolean {
  return isTrue({ ...metadata.annotations, ...spec.annotations, ...annotations }[POD_PER_COMPONENT]);
}

function isTrue(annotation: string | undefined): boolean {
  return annotation?.toLowerCase() === 'true';
}

function namesIn(predictor: SeldonPredictor): string[] {
  const servers = unitsOf(predictor.graph).filter(
    ({ implementation }) => implementationOf(implementation)?.server,
  );
  return [
    ...containersOf(predictor).map(({ container }) => container.name),
    ...servers.map(({ name }) => name),
  ];
}

function containersOf(predictor: SeldonPredictor): { container: SeldonContainer; pod: number }[] {
  return (predictor.componentSpecs ?? []).flatMap(({ spec }, pod) =>
    (spec?.containers ?? []).map((container) => ({ container, pod })),
  );
}

function namedPort(container: SeldonContainer, name: string): number | undefined {
  return container.ports?.find((port) => port.name === name)?.containerPort;
}
