import { hasPodPerComponent, type NodeType, POD_PER_COMPONENT } from '#graph';
import type { Texts } from './kubernetes-object.js';
import { containerLabel, containerServiceName } from './names.js';
import type { Plan, PodPlan } from './plan.js';

export const MANAGED = { 'app.kubernetes.io/managed-by': 'seldon-core' };
/** Only of the Deployment, not of its pods. */
export const ENGINE_LABEL = { 'seldon-deployment-contains-svcorch': 'true' };
/** Annotations by which Prometheus finds the pods. */
export const SCRAPED = { 'prometheus.io/path': '/prometheus', 'prometheus.io/scrape': 'true' };

const TYPE_LABELS: Readonly<Partial<Record<NodeType, string>>> = {
  MODEL: 'seldon.io/model',
  ROUTER: 'seldon.io/router',
  COMBINER: 'seldon.io/combiner',
  TRANSFORMER: 'seldon.io/transformer',
  OUTPUT_TRANSFORMER: 'seldon.io/output-transformer',
};

/** Labels of the pods of a componentSpec, and of its Deployment: those of Seldon's operator and the manifest's. */
export function podLabels(plan: Plan, pod: PodPlan): Texts {
  return {
    ...{ app: pod.name, fluentd: 'true', ...MANAGED },
    ...plan.labels,
    ...pod.componentSpec.metadata?.labels,
    ...Object.assign({}, ...containersOf(plan, pod).map((name) => typeLabels(plan, name))),
    ...selectorOf(plan, pod),
  };
}

/** What a Deployment's pods are found by; it cannot be changed later. */
export function selectorOf(plan: Plan, pod: PodPlan): Texts {
  const { metadata } = plan.manifest.written;
  return {
    'seldon-deployment-id': metadata.name,
    ...((pod.hasEngine || plan.engine === 'none') && { 'seldon-app': plan.key }),
    ...Object.assign({}, ...containersOf(plan, pod).map((name) => containerSelector(plan, name))),
  };
}

/**
 * What a container's Service finds its pods by. Where each component has pods of its own, all have the same ports: pods
 * of before, with several components, must not be found.
 */
export function containerSelector({ manifest, written }: Plan, container: string): Texts {
  const { name } = manifest.written.metadata;
  return {
    [containerLabel(container)]: containerServiceName(name, written.name, container),
    ...(hasPodPerComponent(manifest.written, written) && { [POD_PER_COMPONENT]: 'true' }),
  };
}

/** What kind of node a container stands behind. */
export function typeLabels({ nodes, predictor }: Plan, container: string): Texts {
  const label = TYPE_LABELS[nodes.get(container)!.type];
  return { ...(label && { [label]: 'true' }), ...(predictor.shadow && { 'seldon.io/shadow': 'true' }) };
}

/** The names of the containers that stand behind nodes. */
function containersOf({ nodes }: Plan, { componentSpec }: PodPlan): string[] {
  const names = (componentSpec.spec?.containers ?? []).map(({ name }) => name);
  return names.filter((name) => nodes.has(name));
}
