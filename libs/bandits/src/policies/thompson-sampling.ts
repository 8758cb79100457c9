import { floorOption } from '../floor.js';
import type { ArmEvidence, PolicyKind } from '../policy.js';
import { bestArmProbabilities } from '../statistics/best-arm-probabilities.js';
import type { Beta } from '../statistics/beta-density.js';

/** More outcomes than this sharpen the posterior beyond what a double can tell apart. */
const MAX_PULLS = 1e12;

/** Thompson 1933: each arm as often as it is the best under the posterior, here exactly instead of by a draw. */
export const thompsonSampling: PolicyKind = {
  name: 'thompson-sampling',
  description:
    'Each arm with the probability that it is the best, given rewards from 0 to 1 and a Beta prior.',
  options: {
    alpha: { type: 'number', description: 'Prior successes.', default: 1, min: 0.001, max: 1e6 },
    beta: { type: 'number', description: 'Prior failures.', default: 1, min: 0.001, max: 1e6 },
    floor: floorOption(0.01),
  },
  create: ({ alpha, beta }) => ({
    probabilities: (evidence) =>
      bestArmProbabilities(evidence.map((arm) => posterior(arm, alpha as number, beta as number))),
  }),
};

/** Rewards outside [0, pulls] count as the nearest that a row of successes and failures can give. */
function posterior({ pulls, reward }: ArmEvidence, alpha: number, beta: number): Beta {
  const rate = pulls > 0 ? Math.min(Math.max(reward / pulls, 0), 1) : 0;
  const counted = Math.min(pulls, MAX_PULLS);
  return { alpha: alpha + counted * rate, beta: beta + counted * (1 - rate) };
}
