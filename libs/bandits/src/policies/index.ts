import { InvalidOptionError } from '../invalid-option-error.js';
import type { PolicyKind } from '../policy.js';
import { epsilonGreedy } from './epsilon-greedy.js';
import { random } from './random.js';
import { thompsonSampling } from './thompson-sampling.js';
import { weighted } from './weighted.js';

/** Every policy that an experiment can name. */
export const policyKinds: readonly PolicyKind[] = [random, weighted, epsilonGreedy, thompsonSampling];

export function policyKind(name: string): PolicyKind {
  const kind = policyKinds.find((candidate) => candidate.name === name);
  if (kind) return kind;
  const names = policyKinds.map((candidate) => candidate.name).join(', ');
  throw new InvalidOptionError('policy', name, `one of ${names}`);
}
