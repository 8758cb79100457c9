export { choose } from './chooser.js';
export { createPolicy } from './create-policy.js';
export { NO_EVIDENCE } from './evidence.js';
export { InvalidOptionError } from './invalid-option-error.js';
export { completeOptions } from './options.js';
export { policyKind, policyKinds } from './policies/index.js';
export type { ArmEvidence, OptionDeclaration, Policy, PolicyKind, PolicyOptions } from './policy.js';
export { type Random, seeded } from './random.js';
export { type MeanInterval, meanInterval } from './statistics/mean-interval.js';
