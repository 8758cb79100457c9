/** What is known about one arm: sums only, so that any store can add to them. The prior is not in them. */
export interface ArmEvidence {
  readonly arm: string;
  /** Decisions for this arm whose outcome has been counted. */
  readonly pulls: number;
  /** Sum of the outcomes. */
  readonly reward: number;
  /** Sum of the squared outcomes. */
  readonly squaredReward: number;
}

/** Turns evidence into probabilities: no draw, no state, no clock, no I/O. */
export interface Policy {
  /**
   * One probability per item of `evidence`, in its order: finite, non-negative, summing to one.
   * Never throws, whatever the evidence: where it cannot be read, the prior stands in for it.
   */
  probabilities(evidence: readonly ArmEvidence[]): number[];
}

/** One option of a policy, declared once for validation, the API's schema and the docs. */
export interface OptionDeclaration {
  readonly type: 'number' | 'weights';
  readonly description: string;
  /** Absent where the option has no sensible default and must be given. */
  readonly default?: number;
  readonly min?: number;
  readonly max?: number;
}

/** Numbers by option name; `weights` maps an arm to its share. */
export type PolicyOptions = Readonly<Record<string, number | Readonly<Record<string, number>>>>;

/** A policy that an experiment can name. */
export interface PolicyKind {
  /** Kebab-case, as the admin API spells it. */
  readonly name: string;
  readonly description: string;
  readonly options: Readonly<Record<string, OptionDeclaration>>;
  /** `options` are complete and valid. */
  create(options: PolicyOptions): Policy;
}
