import type { Fields, KubernetesObject } from './kubernetes-object.js';
import { objectOf } from './object-of.js';
import { metricsPort, type Plan, type PodPlan } from './plan.js';
import { predictorPorts } from './services.js';
import { selectorOf } from './workload-labels.js';

/** Who may reach a predictor's pods: everybody the engine, the engine the components, Prometheus the metrics. */
export function networkPolicies(plan: Plan): KubernetesObject[] {
  const { http, grpc } = predictorPorts(plan);
  const entrance = policy(plan, plan.key, { 'seldon-app': plan.key }, [{ ports: [http, grpc].map(tcp) }]);
  return [entrance, ...plan.pods.map((pod) => componentPolicy(plan, pod))];
}

function componentPolicy(plan: Plan, pod: PodPlan): KubernetesObject {
  const containers = pod.componentSpec.spec?.containers ?? [];
  const metrics = containers
    .filter(({ name }) => plan.nodes.has(name))
    .map(({ name, ports }) => {
      const named = ports?.find((port) => port.name === 'metrics');
      return tcp(named?.containerPort ?? metricsPort(plan, name));
    });
  const fromEngine = { from: [{ podSelector: { matchLabels: { 'seldon-app': plan.key } } }] };
  const rules = [fromEngine, ...(metrics.length > 0 ? [{ ports: metrics }] : [])];
  return policy(plan, pod.name, selectorOf(plan, pod), rules);
}

function tcp(port: number): Fields {
  return { protocol: 'TCP', port };
}

function policy(plan: Plan, name: string, matchLabels: Fields, ingress: readonly Fields[]): KubernetesObject {
  const identity = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', name };
  return objectOf(plan, identity, {
    spec: { podSelector: { matchLabels }, policyTypes: ['Ingress'], ingress },
  });
}
