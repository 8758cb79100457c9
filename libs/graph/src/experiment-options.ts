import { completeOptions, InvalidOptionError, type PolicyOptions } from '#bandits';
import type { GraphNode, Parameter } from './deployment.js';
import { metricParameterNames, parameterPath } from './experiment-metric.js';
import type { Implementation } from './implementations.js';
import type { Report } from './problems.js';

/** Complete and valid options of the policy; null where something was reported. Numbers are numbers already. */
export function readOptions(
  node: GraphNode,
  { policy, weights }: Implementation,
  arms: readonly string[],
  report: Report,
): PolicyOptions | null {
  const given = node.parameters.filter(({ name }) => !metricParameterNames.includes(name));
  if (weights !== undefined && !given.some(({ name }) => name === weights)) {
    report(`${node.path}.parameters`, `${node.implementation} needs the parameter ${weights}, got none`);
    return null;
  }
  try {
    const entries = given.map((parameter) => option(parameter, arms));
    return completeOptions(policy!, Object.fromEntries(entries), arms);
  } catch (error) {
    if (!(error instanceof InvalidOptionError)) throw error;
    const parameter = error.option.startsWith('weights') ? weights! : error.option;
    report(parameterPath(node, parameter), error.message);
    return null;
  }
}

function option({ name, value }: Parameter, arms: readonly string[]): [string, PolicyOptions[string]] {
  if (name === 'ratioA') return ['weights', byArm(readRatio(value as number), arms)];
  if (name === 'weights') return ['weights', byArm(readShares(value as string, arms), arms)];
  return [name, value as number];
}

function readRatio(ratioA: number): number[] {
  if (ratioA >= 0 && ratioA <= 1) return [ratioA, 1 - ratioA];
  throw new InvalidOptionError('ratioA', ratioA, 'between 0 and 1');
}

function readShares(text: string, arms: readonly string[]): number[] {
  const shares = text.split(',').map((share) => (share.trim() === '' ? Number.NaN : Number(share)));
  if (shares.length === arms.length && shares.every(Number.isFinite)) return shares;
  throw new InvalidOptionError('weights', text, `${arms.length} numbers with commas between them`);
}

function byArm(shares: readonly number[], arms: readonly string[]): Record<string, number> {
  return Object.fromEntries(arms.map((arm, index) => [arm, shares[index]!]));
}
