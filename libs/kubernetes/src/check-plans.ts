import {
  type DeploymentProblem,
  hasPodPerComponent,
  InvalidDeploymentError,
  nodesOf,
  POD_PER_COMPONENT,
} from '#graph';
import { checkEngineAutoscaler } from './engine-autoscaler.js';
import { ENGINE_CONTAINER } from './engine-container.js';
import type { Plan } from './plan.js';
import { withoutComponent } from './pods-per-component.js';
import { splitOf } from './routes/public-address.js';

const DNS_LABEL = /^(?=.{1,63}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const LABEL_SHAPE =
  'a DNS label: at most 63 lower-case letters, digits and "-", with a letter or digit at both ends';

type Check = (plan: Plan, path: string) => DeploymentProblem[];

const CHECKS: readonly Check[] = [
  checkNames,
  checkContainerNames,
  checkPodPerComponent,
  checkNoEngine,
  checkServerImages,
  checkEngineAutoscaler,
];

/** What Kubernetes forbids and a graph does not. Throws `InvalidDeploymentError` with all that was found. */
export function checkPlans(plans: readonly Plan[]): void {
  const problems = plans.flatMap((plan, index) =>
    CHECKS.flatMap((check) => check(plan, `spec.predictors[${index}]`)),
  );
  problems.push(...checkKeys(plans), ...checkIngress(plans));
  if (problems.length > 0) throw new InvalidDeploymentError(problems);
}

function checkNames({ written, key }: Plan, path: string): DeploymentProblem[] {
  const problems = labelProblems(written.name, `${path}.name`);
  const isAnnotated = written.annotations?.['seldon.io/svc-name'] !== undefined;
  return isAnnotated
    ? [...problems, ...labelProblems(key, `${path}.annotations["seldon.io/svc-name"]`)]
    : problems;
}

function checkContainerNames({ written, engine }: Plan, path: string): DeploymentProblem[] {
  return (written.componentSpecs ?? []).flatMap(({ spec }, pod) =>
    (spec?.containers ?? []).flatMap(({ name }, index) => {
      const place = `${path}.componentSpecs[${pod}].spec.containers[${index}].name`;
      if (name === ENGINE_CONTAINER && engine !== 'none') {
        return [{ path: place, message: `${name} is the name of the engine's container` }];
      }
      return labelProblems(name, place);
    }),
  );
}

function checkPodPerComponent({ manifest, written, nodes, protocol }: Plan, path: string) {
  if (!hasPodPerComponent(manifest.written, written)) return [];
  return (written.componentSpecs ?? []).flatMap((componentSpec, pod): DeploymentProblem[] => {
    const containers = componentSpec.spec?.containers ?? [];
    return withoutComponent(componentSpec, nodes, protocol).map((name) => {
      const index = containers.findIndex((container) => container.name === name);
      const place = `${path}.componentSpecs[${pod}].spec.containers[${index}].name`;
      const message = `expected the name of a node, got ${JSON.stringify(name)}: with ${POD_PER_COMPONENT} a container behind no node needs a componentSpec with one component`;
      return { path: place, message };
    });
  });
}

function labelProblems(name: string, path: string): DeploymentProblem[] {
  return DNS_LABEL.test(name)
    ? []
    : [{ path, message: `expected ${LABEL_SHAPE}, got ${JSON.stringify(name)}` }];
}

function checkNoEngine({ engine, predictor, nodes }: Plan, path: string): DeploymentProblem[] {
  const { children, name } = predictor.graph;
  if (engine !== 'none' || (children.length === 0 && nodes.has(name))) return [];
  const message = 'Running without engine only valid for single element graphs with a container';
  return [{ path: `${path}.graph`, message }];
}

function checkServerImages({ predictor, pods, protocol, options }: Plan, path: string): DeploymentProblem[] {
  const containers = pods.flatMap(({ componentSpec }) => componentSpec.spec?.containers ?? []);
  return nodesOf(predictor.graph).flatMap(({ name, implementation, path: place }) => {
    const isServer = Object.hasOwn(options.servers, implementation);
    if (!isServer || containers.find((container) => container.name === name)?.image) return [];
    const option = `servers.${implementation}.${protocol}`;
    const message = `no image is known for ${implementation} under protocol ${protocol}: set ${option}, or give the node a container with an image`;
    return [{ path: place || path, message }];
  });
}

function checkKeys(plans: readonly Plan[]): DeploymentProblem[] {
  return plans.flatMap(({ key }, index) => {
    if (plans.findIndex((other) => other.key === key) === index) return [];
    return [{ path: `spec.predictors[${index}]`, message: `duplicate Service name ${key}` }];
  });
}

function checkIngress(plans: readonly Plan[]): DeploymentProblem[] {
  const { live, shadow } = splitOf(plans);
  if (plans[0]!.options.route !== 'ingress' || (live.length === 1 && !shadow)) return [];
  const message =
    'an Ingress cannot split or copy traffic: expected one predictor, or the option route gateway or istio';
  return [{ path: 'spec.predictors', message }];
}
