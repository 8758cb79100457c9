import { createHash } from 'node:crypto';
import type { GraphNode } from './deployment.js';
import { implementationOf } from './implementations.js';
import {
  type PredictiveUnit,
  type SeldonContainer,
  type SeldonDeployment,
  type SeldonPredictor,
  unitsOf,
} from './seldon-deployment.js';

type Endpoint = GraphNode['endpoint'];

const FIRST_HTTP_PORT = 9000;
const FIRST_GRPC_PORT = 9500;
const SEPARATE_POD = 'seldon.io/engine-separate-pod';
const LONGEST_NAME = 63;

/** Where the nodes of a deployment are reached, as Seldon's webhook says (reference seldon-v1.md, section 5.1). */
export class Endpoints {
  /** Names of the containers, given or to be added, over all predictors; the place of each gives its ports. */
  private readonly names: readonly string[];

  constructor(
    private readonly deployment: SeldonDeployment,
    private readonly namespace: string,
  ) {
    this.names = [...new Set(deployment.spec.predictors.flatMap(containerNames))];
  }

  of(unit: PredictiveUnit, predictor: SeldonPredictor): Endpoint {
    const found = containersOf(predictor).find(({ container }) => container.name === unit.name);
    if (found !== undefined) return this.ofContainer(unit, predictor, found.container, found.pod);
    return unit.endpoint?.service_host ? this.given(unit, unit.endpoint.service_host) : this.added(unit);
  }

  private ofContainer(
    unit: PredictiveUnit,
    predictor: SeldonPredictor,
    container: SeldonContainer,
    pod: number,
  ): Endpoint {
    const annotations = { ...this.deployment.spec.annotations, ...predictor.annotations };
    const besideEngine = pod === 0 && !Object.hasOwn(annotations, SEPARATE_POD);
    const ports = this.portsOf(container.name);
    return {
      type: this.typeOf(unit),
      host: besideEngine ? 'localhost' : this.serviceHost(predictor.name, container.name),
      httpPort: namedPort(container, 'http') ?? ports.httpPort,
      grpcPort: namedPort(container, 'grpc') ?? ports.grpcPort,
    };
  }

  /** A model server without a container gets one in the engine's pod; other nodes without one have no address. */
  private added(unit: PredictiveUnit): Endpoint {
    const type = this.typeOf(unit);
    return this.names.includes(unit.name)
      ? { type, host: 'localhost', ...this.portsOf(unit.name) }
      : { type, host: '', httpPort: 0, grpcPort: 0 };
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

  private portsOf(name: string): Pick<Endpoint, 'httpPort' | 'grpcPort'> {
    const place = this.names.indexOf(name);
    return { httpPort: FIRST_HTTP_PORT + place, grpcPort: FIRST_GRPC_PORT + place };
  }

  private serviceHost(predictor: string, container: string): string {
    const name = `${this.deployment.metadata.name}-${predictor}-${container}`;
    const service = name.length <= LONGEST_NAME ? name : `seldon-${md5(name)}`;
    return `${service}.${this.namespace}.svc.cluster.local.`;
  }
}

function containerNames(predictor: SeldonPredictor): string[] {
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

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}
