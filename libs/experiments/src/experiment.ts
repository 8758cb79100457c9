import type { ArmEvidence, PolicyOptions } from '#bandits';

/** Where an experiment stands: a ROUTER node of a deployed graph. Its `name` joins the four by dots. */
export interface ExperimentPlace {
  readonly namespace: string;
  readonly deployment: string;
  readonly predictor: string;
  readonly node: string;
}

/** How outcomes are measured. */
export interface Metric {
  readonly name: string;
  /** Rewards outside [min, max] are refused. */
  readonly min: number;
  readonly max: number;
  /** Several rewards of one decision: the last one counts. */
  readonly combine: 'last';
  /** Seconds after a decision in which its rewards count. */
  readonly windowSeconds: number;
  /** What an unrewarded decision is worth when its window closes; null leaves it out. */
  readonly defaultReward: number | null;
}

export interface Arm {
  /** The child's node name; evidence belongs to it. */
  readonly id: string;
  readonly enabled: boolean;
}

/** What one revision says. Arms stand in the order of the node's children, so an index is a route. */
export interface ExperimentConfig {
  /** Of #bandits, or `component` where the node's own component chooses. */
  readonly policy: string;
  /** Complete: every option that the policy declares. */
  readonly options: PolicyOptions;
  readonly arms: readonly Arm[];
  readonly metric: Metric;
}

export interface Revision {
  readonly experimentId: string;
  readonly revision: number;
  readonly config: ExperimentConfig;
  readonly source: 'manifest' | 'api';
  /** Who made it: the API key's name, or `switchyard up`. */
  readonly author: string;
  readonly createdAt: Date;
  /** What differs from the revision before it. */
  readonly changes: readonly Change[];
}

/** One changed field; `from` is null where there was nothing before. */
export interface Change {
  readonly field: string;
  readonly from: unknown;
  readonly to: unknown;
}

export interface Experiment extends ExperimentPlace {
  /** UUIDv5 of the place: the same on every replica, without asking a store. */
  readonly id: string;
  /** `namespace.deployment.predictor.node` */
  readonly name: string;
  /** Secret; makes assignments unpredictable from outside. */
  readonly salt: string;
  readonly current: Revision;
  readonly evidenceVersion: number;
  /** One item per arm of the current revision, in its order. */
  readonly evidence: readonly ArmTotals[];
}

/** Evidence with the number of decisions, rewarded or not. */
export interface ArmTotals extends ArmEvidence {
  readonly decisions: number;
}

/** What a manifest declares: the desired start of an experiment. */
export interface ExperimentDeclaration {
  readonly place: ExperimentPlace;
  readonly config: ExperimentConfig;
}

/** A change asked for over the API; what is absent stays as it is. */
export interface ExperimentPatch {
  readonly policy?: string;
  readonly options?: PolicyOptions;
  /** In the order of the arms, or by arm. Without `policy` they make the policy `weighted`. */
  readonly weights?: readonly number[] | Readonly<Record<string, number>>;
  readonly arms?: Readonly<Record<string, { readonly enabled: boolean }>>;
}
