import type { Fields, KubernetesObject } from '../kubernetes-object.js';
import { objectOf } from '../object-of.js';
import type { Plan } from '../plan.js';
import { predictorPorts, type ServicePorts } from '../services.js';
import { grpcHeaders, publicPath, splitOf } from './public-address.js';

const API = 'networking.istio.io/v1';
const GRPC_PATHS = '.*tensorflow.*|.*seldon.protos.*|.*inference.*';
const RETRIED = 'gateway-error,connect-failure,refused-stream';

/** Istio: a VirtualService, and a DestinationRule for each predictor. */
export function istioRoutes(plans: readonly Plan[]): KubernetesObject[] {
  return [virtualService(plans), ...plans.map(destinationRule)];
}

function virtualService(plans: readonly Plan[]): KubernetesObject {
  const plan = plans[0]!;
  const { name, annotations } = plan.manifest.deployment;
  const { host, istio } = plan.options;
  const headers = Object.fromEntries(
    grpcHeaders(plan).map(({ name: header, value }) => [header, { exact: value }]),
  );
  const http = {
    match: [{ uri: { prefix: `${publicPath(plan)}/` } }],
    rewrite: { uri: '/' },
    ...rule(plans, 'http'),
  };
  const grpc = { match: [{ uri: { regex: GRPC_PATHS }, headers }], ...rule(plans, 'grpc') };
  const spec = {
    hosts: [annotations['seldon.io/istio-host'] ?? (host || '*')],
    gateways: [annotations['seldon.io/istio-gateway'] ?? istio.gateway],
    http: [http, grpc],
  };
  return objectOf(plan, { apiVersion: API, kind: 'VirtualService', name }, { spec });
}

function rule(plans: readonly Plan[], port: keyof ServicePorts): Fields {
  const { live, shadow } = splitOf(plans);
  const route = live.map((plan) => ({
    destination: destination(plan, port),
    weight: plan.predictor.traffic,
  }));
  const value = shadow?.predictor.traffic ?? 0;
  return {
    route,
    ...(shadow && { mirror: destination(shadow, port) }),
    ...(value > 0 && { mirrorPercentage: { value } }),
    ...retries(plans[0]!),
  };
}

function destination(plan: Plan, port: keyof ServicePorts): Fields {
  return { host: plan.key, subset: plan.written.name, port: { number: predictorPorts(plan)[port] } };
}

function retries({ manifest }: Plan): Fields {
  const { annotations } = manifest.deployment;
  const attempts = Number(annotations['seldon.io/istio-retries'] ?? 0);
  if (!(attempts > 0)) return {};
  const seconds = annotations['seldon.io/istio-retries-timeout'] ?? '1';
  return { retries: { attempts, perTryTimeout: `${seconds}s`, retryOn: RETRIED } };
}

function destinationRule(plan: Plan): KubernetesObject {
  const spec = {
    host: plan.key,
    subsets: [{ name: plan.written.name, labels: { version: plan.labels.version! } }],
    trafficPolicy: { connectionPool: { http: { idleTimeout: '60s' } } },
  };
  return objectOf(plan, { apiVersion: API, kind: 'DestinationRule', name: plan.key }, { spec });
}
