import type { Deployment, Manifest } from '#graph';
import { containerServiceName } from './names.js';
import { type Plan, plansOf } from './plan.js';
import type { RenderOptions } from './render-options.js';
import { predictorPorts, type ServicePorts } from './services.js';

/** Where a deployment is reached inside the cluster, in the form of Seldon's status. */
export interface DeploymentAddresses {
  /** Of the first predictor. */
  readonly address: { readonly url: string };
  /** By the name of each Service: `<service>.<namespace>:<port>`. */
  readonly serviceStatus: Readonly<Record<string, ServiceStatus>>;
}

interface ServiceStatus {
  readonly svcName: string;
  readonly httpEndpoint: string;
  readonly grpcEndpoint: string;
}

const PREDICTION_PATHS: Readonly<Record<Deployment['protocol'], (model: string) => string>> = {
  seldon: () => '/api/v1.0/predictions',
  tensorflow: (model) => `/v1/models/${model}:predict`,
  v2: (model) => `/v2/models/${model}/infer`,
};

/** The addresses of a deployment's Services, and of its predictions. */
export function deploymentAddresses(manifest: Manifest, options: RenderOptions): DeploymentAddresses {
  const plans = plansOf(manifest, options);
  const [first] = plans as [Plan];
  const host = `${first.key}.${manifest.deployment.namespace}.svc.cluster.local:${predictorPorts(first).http}`;
  const path = PREDICTION_PATHS[first.protocol](first.predictor.graph.name);
  return {
    address: { url: `http://${host}${path}` },
    serviceStatus: Object.fromEntries(plans.flatMap(servicesOf).map((status) => [status.svcName, status])),
  };
}

function servicesOf(plan: Plan): ServiceStatus[] {
  const { name, namespace } = plan.manifest.deployment;
  const containers = [...plan.nodes.values()].map(({ name: container, endpoint }) =>
    statusOf(containerServiceName(name, plan.written.name, container), namespace, {
      http: endpoint.httpPort,
      grpc: endpoint.grpcPort,
    }),
  );
  return [statusOf(plan.key, namespace, predictorPorts(plan)), ...containers];
}

function statusOf(svcName: string, namespace: string, { http, grpc }: ServicePorts): ServiceStatus {
  const host = `${svcName}.${namespace}`;
  return { svcName, httpEndpoint: `${host}:${http}`, grpcEndpoint: `${host}:${grpc}` };
}
