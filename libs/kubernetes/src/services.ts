import { ENGINE_GRPC_PORT, ENGINE_HTTP_PORT } from './engine-container.js';
import type { KubernetesObject, Texts } from './kubernetes-object.js';
import { containerServiceName } from './names.js';
import { deploymentLabel, objectOf } from './object-of.js';
import type { Plan } from './plan.js';
import { containerSelector, MANAGED, typeLabels } from './workload-labels.js';

const HEADLESS = 'seldon.io/headless-svc';

export interface ServicePorts {
  readonly http: number;
  readonly grpc: number;
}

/** The predictor's Service, and one for each container behind a node. */
export function services(plan: Plan): KubernetesObject[] {
  return [
    predictorService(plan),
    ...[...plan.nodes.keys()].map((container) => containerService(plan, container)),
  ];
}

/** Where a predictor is reached: its engine, or without one its only component. */
export function predictorPorts({ engine, predictor }: Plan): ServicePorts {
  if (engine !== 'none') return { http: ENGINE_HTTP_PORT, grpc: ENGINE_GRPC_PORT };
  return { http: predictor.graph.endpoint.httpPort, grpc: predictor.graph.endpoint.grpcPort };
}

function predictorService(plan: Plan): KubernetesObject {
  const { manifest, key, engine, predictor } = plan;
  const headless = manifest.written.spec.annotations?.[HEADLESS];
  return service(plan, {
    name: key,
    labels: engine === 'none' ? typeLabels(plan, predictor.graph.name) : {},
    selector: { 'seldon-app': key },
    ports: predictorPorts(plan),
    isHeadless: headless !== undefined && headless !== 'false',
  });
}

function containerService(plan: Plan, container: string): KubernetesObject {
  const { httpPort, grpcPort } = plan.nodes.get(container)!.endpoint;
  const selector = containerSelector(plan, container);
  return service(plan, {
    name: containerServiceName(plan.manifest.written.metadata.name, plan.written.name, container),
    labels: { ...selector, ...typeLabels(plan, container) },
    selector,
    ports: { http: httpPort, grpc: grpcPort },
    isHeadless: false,
  });
}

interface Kind {
  readonly name: string;
  readonly labels: Texts;
  readonly selector: Texts;
  readonly ports: ServicePorts;
  readonly isHeadless: boolean;
}

function service(plan: Plan, { name, labels, selector, ports, isHeadless }: Kind): KubernetesObject {
  const own = { ...MANAGED, 'seldon-app': plan.key, ...deploymentLabel(plan.manifest.written.metadata.name) };
  return objectOf(
    plan,
    {
      apiVersion: 'v1',
      kind: 'Service',
      name,
      labels: { ...own, ...labels },
      annotations: plan.written.annotations ?? {},
    },
    {
      spec: {
        type: 'ClusterIP',
        ...(isHeadless && { clusterIP: 'None' }),
        selector,
        ports: (['http', 'grpc'] as const).map((port) => ({
          name: port,
          port: ports[port],
          targetPort: ports[port],
        })),
      },
    },
  );
}
