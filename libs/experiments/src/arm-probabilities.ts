import { type ArmEvidence, COMPONENT_POLICY, createPolicy, NO_EVIDENCE } from '#bandits';
import type { ExperimentConfig } from './experiment.js';

/**
 * One probability per arm, in the arms' order; null for an arm that is off, and for all where a component chooses.
 * Never throws: where policy or evidence cannot be read, the arms that are on share alike.
 */
export function armProbabilities(
  config: ExperimentConfig,
  evidence: readonly ArmEvidence[],
): (number | null)[] {
  if (config.policy === COMPONENT_POLICY) return config.arms.map(() => null);
  const known = new Map(evidence.map((item) => [item.arm, item]));
  const enabled = config.arms.filter((arm) => arm.enabled);
  const probabilities = policyProbabilities(
    config,
    enabled.map(({ id }) => known.get(id) ?? NO_EVIDENCE(id)),
  );
  let next = 0;
  return config.arms.map((arm) => (arm.enabled ? probabilities[next++]! : null));
}

function policyProbabilities({ policy, options }: ExperimentConfig, evidence: ArmEvidence[]): number[] {
  const uniform = evidence.map(() => 1 / evidence.length);
  try {
    const probabilities = createPolicy(policy, options).probabilities(evidence);
    return isDistribution(probabilities, evidence.length) ? probabilities : uniform;
  } catch {
    return uniform;
  }
}

function isDistribution(probabilities: readonly number[], length: number): boolean {
  const sum = probabilities.reduce((total, probability) => total + probability, 0);
  return probabilities.length === length && probabilities.every((p) => p >= 0) && Math.abs(sum - 1) < 1e-6;
}
