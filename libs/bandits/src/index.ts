export type { ArmEvidence, OptionDeclaration, Policy, PolicyKind, PolicyOptions } from './policy.js';
