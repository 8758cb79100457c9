import type { GraphNode } from './deployment.js';
import { passes, type Report } from './problems.js';

/** Of the metric only what the manifest says. */
export interface ExperimentMetric {
  readonly min?: number;
  readonly max?: number;
  readonly windowSeconds?: number;
  readonly defaultReward?: number;
}

/** Parameter name to member of the metric. */
const METRIC_PARAMETERS: Readonly<Record<string, keyof ExperimentMetric>> = {
  reward_min: 'min',
  reward_max: 'max',
  attribution_window_seconds: 'windowSeconds',
  default_reward: 'defaultReward',
};

export const metricParameterNames: readonly string[] = Object.keys(METRIC_PARAMETERS);

/** Null where something was reported. The node's metric parameters are numbers. */
export function readMetric(node: GraphNode, report: Report): ExperimentMetric | null {
  const given = node.parameters.filter(({ name }) => metricParameterNames.includes(name));
  const metric = Object.fromEntries(given.map(({ name, value }) => [METRIC_PARAMETERS[name]!, value]));
  return passes((add) => checkMetric(metric, node, add), report) ? metric : null;
}

function checkMetric(metric: ExperimentMetric, node: GraphNode, report: Report): void {
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = metric;
  const { windowSeconds, defaultReward } = metric;
  const complain = (name: string, expected: string, got: number) =>
    report(parameterPath(node, name), `${name} must be ${expected}, got ${got}`);
  if (min >= max) complain('reward_max', `above reward_min, which is ${min}`, max);
  if (windowSeconds !== undefined && windowSeconds <= 0) {
    complain('attribution_window_seconds', 'above 0', windowSeconds);
  }
  if (defaultReward !== undefined && (defaultReward < min || defaultReward > max)) {
    complain('default_reward', `between ${min} and ${max}`, defaultReward);
  }
}

/** The path of a parameter's value, or of all parameters where it is not among them. */
export function parameterPath({ path, parameters }: GraphNode, name: string): string {
  const index = parameters.findIndex((parameter) => parameter.name === name);
  return index < 0 ? `${path}.parameters` : `${path}.parameters[${index}].value`;
}
