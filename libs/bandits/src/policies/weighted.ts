import { floorOption } from '../floor.js';
import type { PolicyKind } from '../policy.js';

export const weighted: PolicyKind = {
  name: 'weighted',
  description:
    'Fixed shares, whatever the evidence. Arms that are off leave theirs to the others in proportion.',
  options: {
    weights: { type: 'weights', description: 'Share of every arm, summing to 1.', min: 0 },
    floor: floorOption(0),
  },
  create: ({ weights }) => ({
    probabilities: (evidence) => {
      const shares = evidence.map(({ arm }) => share(weights, arm));
      const total = shares.reduce((sum, value) => sum + value, 0);
      return shares.map((value) => (total > 0 ? value / total : 1 / shares.length));
    },
  }),
};

/** Zero for an arm without a weight; own members only, since an arm may be called `constructor`. */
function share(weights: number | Readonly<Record<string, number>> | undefined, arm: string): number {
  return typeof weights === 'object' && Object.hasOwn(weights, arm) ? weights[arm]! : 0;
}
