import { readable } from './evidence.js';
import { applyFloor } from './floor.js';
import { policyKind } from './policies/index.js';
import type { Policy, PolicyOptions } from './policy.js';

/** The policy `name` with what all policies share: unreadable evidence counts as none, and `options.floor`. */
export function createPolicy(name: string, options: PolicyOptions): Policy {
  const policy = policyKind(name).create(options);
  const floor = options.floor as number;
  return {
    probabilities: (evidence) => applyFloor(floor, policy.probabilities(evidence.map(readable))),
  };
}
