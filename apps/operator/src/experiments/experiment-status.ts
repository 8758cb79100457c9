import { COMPONENT_POLICY } from '#bandits';
import { armProbabilities, type Experiment } from '#experiments';
import type { ExperimentStatus } from '../status/deployment-status.js';

const DIGITS = 1e4;

/** Probabilities are rounded: they move with every reward, and a status is not written for each of them. */
export function experimentStatus({ predictor, node, current, evidence }: Experiment): ExperimentStatus {
  const { policy, arms } = current.config;
  const probabilities = policy === COMPONENT_POLICY ? [] : armProbabilities(current.config, evidence);
  return {
    name: `${predictor}.${node}`,
    revision: current.revision,
    policy,
    probabilities: Object.fromEntries(
      arms.flatMap(({ id }, index) => {
        const probability = probabilities[index] ?? null;
        return probability === null ? [] : [[id, Math.round(probability * DIGITS) / DIGITS]];
      }),
    ),
  };
}
