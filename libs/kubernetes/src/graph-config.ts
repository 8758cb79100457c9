import { type GraphNode, nodesOf, POD_PER_COMPONENT, type SeldonContainer } from '#graph';
import type { KubernetesObject, Texts } from './kubernetes-object.js';
import { objectOf } from './object-of.js';
import type { Plan } from './plan.js';
import { toYaml } from './to-yaml.js';

/**
 * What the engine is to serve: a manifest of this predictor alone with what is read of its containers, and where
 * those are that share its pod. A container's other fields are left out: changing them changes no engine.
 */
export function graphConfig(plan: Plan, name: string): KubernetesObject {
  const { apiVersion, kind, metadata, spec } = plan.manifest.written;
  const { name: predictor, annotations, graph } = plan.written;
  const deployment = {
    ...{ apiVersion, kind },
    metadata: {
      name: metadata.name,
      namespace: plan.manifest.deployment.namespace,
      annotations: engineAnnotations(metadata.annotations),
    },
    spec: {
      annotations: spec.annotations,
      ...{ protocol: spec.protocol, transport: spec.transport },
      predictors: [{ name: predictor, annotations, componentSpecs: containersOf(plan), graph }],
    },
  };
  const data = {
    'deployment.yaml': toYaml([deployment]),
    'components.yaml': toYaml([localComponents(plan)]),
  };
  return objectOf(plan, { apiVersion: 'v1', kind: 'ConfigMap', name }, { data });
}

/** Others are for other programs, and change for reasons of theirs. */
function engineAnnotations(annotations: Texts | null | undefined): Texts | undefined {
  const read = Object.entries(annotations ?? {}).filter(
    ([name]) => name.startsWith('seldon.io/') || name === POD_PER_COMPONENT,
  );
  return read.length > 0 ? Object.fromEntries(read) : undefined;
}

/** With their ports: alone, the predictor would count them anew. */
function containersOf({ pods, nodes }: Plan) {
  return pods.map(({ componentSpec }) => ({
    spec: {
      containers: (componentSpec.spec?.containers ?? [])
        .filter(({ name }) => nodes.has(name))
        .map((container) => withPorts(container, nodes.get(container.name)!)),
    },
  }));
}

function withPorts({ name, image }: SeldonContainer, { endpoint }: GraphNode) {
  const ports = [
    { name: 'http', containerPort: endpoint.httpPort },
    { name: 'grpc', containerPort: endpoint.grpcPort },
  ];
  return { name, image, ports };
}

/** The address of each component beside the engine. */
function localComponents({ predictor, nodes }: Plan) {
  const local = nodesOf(predictor.graph).filter(
    ({ name, endpoint }) => nodes.has(name) && endpoint.host === 'localhost',
  );
  return Object.fromEntries(local.map(({ name, endpoint }) => [name, { url: urlOf(endpoint) }]));
}

function urlOf({ type, httpPort, grpcPort }: GraphNode['endpoint']): string {
  return type === 'GRPC' ? `grpc://127.0.0.1:${grpcPort}` : `http://127.0.0.1:${httpPort}`;
}
