import type { GraphNode, SeldonContainer } from '#graph';
import { type ComponentPorts, componentVariables } from './component-variables.js';
import { type Container, present } from './kubernetes-object.js';
import { metricsPort, type Plan } from './plan.js';
import { PODINFO_MOUNT } from './podinfo.js';
import { type Shutdown, sleepBeforeEnd } from './shutdown.js';

/** A container of the manifest that stands behind a node, with what Seldon's operator adds. */
export function componentContainer(
  plan: Plan,
  node: GraphNode,
  container: SeldonContainer,
  { componentSleep }: Shutdown,
): Container {
  const ports = portsOf(plan, node, container);
  return {
    ...present({ name: container.name, image: container.image }),
    ...sleepBeforeEnd(componentSleep),
    ...probes(node, ports),
    ...present(container),
    env: componentVariables(plan, node, container, ports),
    ports: withPorts(container.ports ?? [], ports),
    volumeMounts: withPodinfo(container.volumeMounts ?? []),
  };
}

function portsOf(plan: Plan, node: GraphNode, container: SeldonContainer): ComponentPorts {
  const named = container.ports?.find(({ name }) => name === 'metrics')?.containerPort;
  return {
    http: node.endpoint.httpPort,
    grpc: node.endpoint.grpcPort,
    metrics: named ?? metricsPort(plan, node.name),
  };
}

type Ports = NonNullable<SeldonContainer['ports']>;

function withPorts(given: Ports, ports: ComponentPorts): Ports {
  const missing = (['metrics', 'http', 'grpc'] as const)
    .filter((name) => !given.some((port) => port.name === name))
    .map((name) => ({ name, containerPort: ports[name] }));
  return [...given, ...missing];
}

/** Live is checked late: a component may load its model before it listens. */
function probes({ endpoint }: GraphNode, { http, grpc }: ComponentPorts) {
  const tcpSocket = { port: endpoint.type === 'GRPC' ? grpc : http };
  return {
    readinessProbe: { tcpSocket, periodSeconds: 2 },
    livenessProbe: { tcpSocket, initialDelaySeconds: 60, periodSeconds: 5 },
  };
}

function withPodinfo(mounts: NonNullable<SeldonContainer['volumeMounts']>) {
  const isThere = mounts.some(({ mountPath }) => mountPath === PODINFO_MOUNT.mountPath);
  return isThere ? mounts : [...mounts, PODINFO_MOUNT];
}
