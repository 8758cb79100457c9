import { floorOption } from '../floor.js';
import type { ArmEvidence, PolicyKind } from '../policy.js';

/** Sutton & Barto, Reinforcement Learning (2018), section 2.2; epsilon spreads over all arms as in Vowpal Wabbit. */
export const epsilonGreedy: PolicyKind = {
  name: 'epsilon-greedy',
  description:
    'The best mean takes 1 - epsilon, shared among equals; epsilon goes to all arms evenly. ' +
    'An arm without outcomes counts as equal to the best.',
  options: {
    epsilon: { type: 'number', description: 'Share that explores.', default: 0.1, min: 0, max: 1 },
    decay: {
      type: 'number',
      description: 'Lowers epsilon as outcomes come in: epsilon / (1 + decay * outcomes of all arms).',
      default: 0,
      min: 0,
      max: 1,
    },
    floor: floorOption(0),
  },
  create: ({ epsilon, decay }) => ({
    probabilities: (evidence) => {
      const exploring = (epsilon as number) / (1 + (decay as number) * totalPulls(evidence));
      const best = bestArms(evidence);
      const bestCount = best.filter(Boolean).length;
      return best.map((isBest) => exploring / best.length + (isBest ? (1 - exploring) / bestCount : 0));
    },
  }),
};

function totalPulls(evidence: readonly ArmEvidence[]): number {
  const total = evidence.reduce((sum, { pulls }) => sum + pulls, 0);
  return Math.min(total, Number.MAX_VALUE);
}

/**
 * Optimistic about arms without outcomes, but they only draw level with the best: an arm whose rewards never arrive
 * must not take all the traffic.
 */
function bestArms(evidence: readonly ArmEvidence[]): boolean[] {
  const means = evidence.map(({ pulls, reward }) => (pulls > 0 ? reward / pulls : null));
  const best = means.reduce<number>((max, mean) => Math.max(max, mean ?? max), Number.NEGATIVE_INFINITY);
  return means.map((mean) => mean === null || mean === best);
}
