import { policyKind } from '#bandits';
import type { GraphNode, Parameter } from './deployment.js';
import { metricParameterNames } from './experiment-metric.js';
import { implementationOf, NO_IMPLEMENTATION } from './implementations.js';
import { ofParameter, passes, type Report, shown } from './problems.js';

/** Of any registry, with any suffix, tag and digest. */
const IMAGE = /(?:^|\/)seldonio\/mab_(epsilon_greedy|thompson_sampling)[\w.-]*(?:[:@].*)?$/;

const IMPLEMENTATIONS: Readonly<Record<string, string>> = {
  epsilon_greedy: 'EPSILON_GREEDY',
  thompson_sampling: 'THOMPSON_SAMPLING',
};

/** Parameters of Seldon's routers that mean nothing here, and why. */
const IGNORED: Readonly<Record<string, string>> = {
  n_branches: 'every child is an arm',
  best_branch: 'the evidence says which arm is best',
  seed: 'a choice follows from the id of its prediction',
  verbose: 'the ledger has every choice',
  history: 'the ledger has every choice',
  branch_names: 'arms have the names of the children',
};

/** EpsilonGreedy.py 1.3 */
const DEFAULT_EPSILON = 0.1;

interface Adopted {
  readonly node: GraphNode;
  /** What is otherwise than the manifest seems to say; null where nothing is. */
  readonly notice: string | null;
}

/**
 * A ROUTER whose container is one of Seldon's own bandits (reference seldon-v1.md, section 6) as the experiment that
 * does the same with evidence that is kept and shared; every other node as it is.
 */
export function adoptBandit(node: GraphNode, image: string | undefined, report: Report): Adopted {
  const [, kind] = IMAGE.exec(image ?? '') ?? [];
  if (kind === undefined || node.type !== 'ROUTER' || node.implementation !== NO_IMPLEMENTATION) {
    return { node, notice: null };
  }
  const implementation = IMPLEMENTATIONS[kind]!;
  const policy = implementationOf(implementation)!.policy!;
  if (!passes((add) => checkParameters(node, policy, add), report)) return { node, notice: null };
  const ignored = node.parameters.filter(({ name }) => isIgnored(name));
  const kept = node.parameters.filter(({ name }) => !isIgnored(name));
  const epsilon = policy === 'epsilon-greedy' ? [epsilonOf(node)] : [];
  const parameters = [...kept.filter(({ name }) => name !== 'epsilon'), ...epsilon];
  const notice = [
    `node ${node.name}: image ${image} is served by the built-in policy ${policy}`,
    ...ignored.map(({ name }) => `${name} is ignored: ${IGNORED[name]}`),
    ...epsilon.map(({ value }) => `epsilon is ${value}, since it is spread over the best arm too`),
  ].join('; ');
  return { node: { ...node, implementation, parameters }, notice };
}

function isIgnored(name: string): boolean {
  return Object.hasOwn(IGNORED, name);
}

/** Seldon's constructors take no other names; here those of the policy and the metric are known beside them. */
function checkParameters({ name: node, path, parameters }: GraphNode, policy: string, report: Report): void {
  const known = [
    ...Object.keys(IGNORED),
    ...Object.keys(policyKind(policy).options),
    ...metricParameterNames,
  ];
  for (const [index, { name, value }] of parameters.entries()) {
    const where = `${path}.parameters[${index}]`;
    if (!known.includes(name)) {
      const expected = `expected one of ${known.join(', ')}`;
      report(`${where}.name`, `${expected}, got ${shown(name)} ${ofParameter(node, name)}`);
    } else if (name === 'epsilon' && !isShare(value)) {
      report(`${where}.value`, `epsilon must be between 0 and 1, got ${shown(value)}`);
    }
  }
}

function isShare(value: Parameter['value']): value is number {
  return typeof value === 'number' && value >= 0 && value <= 1;
}

/**
 * Seldon explores among the other arms, so that the best one has exactly 1 - epsilon; the policy explores among all,
 * and needs more of it for the same shares.
 */
function epsilonOf({ parameters, children }: GraphNode): Parameter {
  const given = parameters.find(({ name }) => name === 'epsilon')?.value ?? DEFAULT_EPSILON;
  const arms = children.length;
  const value = arms > 1 ? Math.min(1, ((given as number) * arms) / (arms - 1)) : given;
  return { name: 'epsilon', type: 'FLOAT', value };
}
