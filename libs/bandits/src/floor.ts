import type { OptionDeclaration } from './policy.js';

/** The option that every policy has; `createPolicy` applies it. */
export function floorOption(standard: number): OptionDeclaration {
  return {
    type: 'number',
    description:
      'Smallest probability of every arm: p = f + (1 - n f) p, so n f is the share of traffic that explores evenly. ' +
      'The default takes at most half of the traffic.',
    default: standard,
    min: 0,
    max: 1,
  };
}

/** The default of `floor` for `count` arms: lower than declared where many arms would leave nothing to the policy. */
export function defaultFloor(declared: number, count: number): number {
  return Math.min(declared, 0.5 / count);
}

/** Mixes with uniform: no probability stays below `floor`, or below 1/n where n floors would exceed one. */
export function applyFloor(floor: number, probabilities: readonly number[]): number[] {
  const f = Math.min(floor, 1 / probabilities.length);
  const rest = Math.max(0, 1 - probabilities.length * f);
  return probabilities.map((p) => f + rest * p);
}
