import type { Fields, KubernetesObject } from '../kubernetes-object.js';
import { objectOf } from '../object-of.js';
import type { Plan } from '../plan.js';
import { predictorPorts, type ServicePorts } from '../services.js';
import { callTimeout, grpcHeaders, publicPath, splitOf } from './public-address.js';

const API = 'gateway.networking.k8s.io/v1';

/** Gateway API: an HTTPRoute for the public path, a GRPCRoute for calls that name the deployment in their metadata. */
export function gatewayRoutes(plans: readonly Plan[]): KubernetesObject[] {
  const plan = plans[0]!;
  const rewrite = {
    type: 'URLRewrite',
    urlRewrite: { path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/' } },
  };
  const http = {
    matches: [{ path: { type: 'PathPrefix', value: publicPath(plan) } }],
    filters: [rewrite, ...mirrors(plans, 'http')],
    backendRefs: backends(plans, 'http'),
    ...timeouts(plan),
  };
  const filters = mirrors(plans, 'grpc');
  const grpc = {
    matches: [{ headers: grpcHeaders(plan).map((header) => ({ type: 'Exact', ...header })) }],
    ...(filters.length > 0 && { filters }),
    backendRefs: backends(plans, 'grpc'),
  };
  return [route(plan, 'HTTPRoute', http), route(plan, 'GRPCRoute', grpc)];
}

function route(plan: Plan, kind: string, rule: Fields): KubernetesObject {
  const { gateway, host } = plan.options;
  const parent = { name: gateway.name, ...(gateway.namespace && { namespace: gateway.namespace }) };
  const spec = { parentRefs: [parent], ...(host && { hostnames: [host] }), rules: [rule] };
  return objectOf(plan, { apiVersion: API, kind, name: plan.manifest.deployment.name }, { spec });
}

function backends(plans: readonly Plan[], port: keyof ServicePorts): Fields[] {
  return splitOf(plans).live.map((plan) => ({
    ...backend(plan, port),
    weight: plan.predictor.traffic,
  }));
}

function mirrors(plans: readonly Plan[], port: keyof ServicePorts): Fields[] {
  const { shadow } = splitOf(plans);
  if (shadow === undefined) return [];
  const percent = shadow.predictor.traffic;
  const requestMirror = { backendRef: backend(shadow, port), ...(percent > 0 && { percent }) };
  return [{ type: 'RequestMirror', requestMirror }];
}

function backend(plan: Plan, port: keyof ServicePorts): Fields {
  return { name: plan.key, port: predictorPorts(plan)[port] };
}

function timeouts(plan: Plan): Fields {
  const milliseconds = callTimeout(plan, 'seldon.io/rest-timeout');
  return milliseconds === null ? {} : { timeouts: { request: duration(milliseconds) } };
}

/** No unit of a Gateway API duration has more than five digits. */
function duration(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  return [`${seconds}s`, `${milliseconds % 1000}ms`].filter((part) => !/^0/.test(part)).join('');
}
