import { floorOption } from '../floor.js';
import type { PolicyKind } from '../policy.js';

export const random: PolicyKind = {
  name: 'random',
  description: 'Every arm alike, whatever the evidence.',
  options: { floor: floorOption(0) },
  create: () => ({
    probabilities: (evidence) => evidence.map(() => 1 / evidence.length),
  }),
};
