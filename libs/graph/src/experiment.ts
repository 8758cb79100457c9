import { type PolicyOptions, policyKind } from '#bandits';
import type { GraphNode } from './deployment.js';
import { InvalidDeploymentError } from './errors.js';
import { type ExperimentMetric, metricParameterNames, readMetric } from './experiment-metric.js';
import { readOptions } from './experiment-options.js';
import { type Implementation, implementationOf } from './implementations.js';
import { ofParameter, passes, problemsOf, type Report, shown } from './problems.js';

/** What a manifest says about the experiment at a node; what it does not say has the defaults of its reader. */
export interface ExperimentSpec {
  /** A policy of #bandits, or `component`. */
  readonly policy: string;
  /** Complete and valid. */
  readonly options: PolicyOptions;
  /** The names of the children, in their order. */
  readonly arms: readonly string[];
  readonly metric: ExperimentMetric;
}

/** Null where the node is no experiment. A parsed deployment holds valid ones only; others throw. */
export function experimentOf(node: GraphNode): ExperimentSpec | null {
  let spec: ExperimentSpec | null = null;
  const problems = problemsOf((report) => {
    spec = readExperiment(node, report);
  });
  if (problems.length > 0) throw new InvalidDeploymentError(problems);
  return spec;
}

/** Null as well where something was reported. */
export function readExperiment(node: GraphNode, report: Report): ExperimentSpec | null {
  const implementation = implementationOf(node.implementation);
  if (implementation?.policy === undefined) return null;
  if (!passes((add) => checkShape(node, implementation, add), report)) return null;
  const arms = node.children.map(({ name }) => name);
  const metric = readMetric(node, report);
  const options = readOptions(node, implementation, arms, report);
  return metric && options && { policy: implementation.policy, options, arms, metric };
}

function checkShape(node: GraphNode, { policy, weights = 'weights' }: Implementation, report: Report): void {
  checkChildren(node, weights, report);
  const options = Object.keys(policyKind(policy!).options);
  const allowed = options.map((name) => (name === 'weights' ? weights : name)).concat(metricParameterNames);
  for (const index of node.parameters.keys()) checkParameter(node, index, allowed, report);
}

function checkChildren({ path, implementation, children }: GraphNode, weights: string, report: Report): void {
  const count = children.length;
  if (weights === 'ratioA' ? count === 2 : count > 0) return;
  const expected = weights === 'ratioA' ? 'exactly 2 children' : 'at least one child';
  report(`${path}.children`, `${implementation} needs ${expected}, got ${count}`);
}

function checkParameter(node: GraphNode, index: number, allowed: readonly string[], report: Report): void {
  const { name, type, value } = node.parameters[index]!;
  const path = `${node.path}.parameters[${index}]`;
  const where = ofParameter(node.name, name);
  if (!allowed.includes(name)) {
    report(`${path}.name`, `expected one of ${allowed.join(', ')}, got ${shown(name)} ${where}`);
  } else if (name === 'weights') {
    if (type !== 'STRING') report(`${path}.type`, `expected STRING, got ${type} ${where}`);
  } else if (typeof value !== 'number') {
    report(`${path}.type`, `expected INT, FLOAT or DOUBLE, got ${type} ${where}`);
  }
}
