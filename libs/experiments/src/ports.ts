import type { Decision } from './decision.js';
import type {
  ArmTotals,
  Experiment,
  ExperimentDeclaration,
  ExperimentPatch,
  Revision,
} from './experiment.js';
import type { Reward, RewardOutcome } from './reward.js';
import type { PublishedSnapshot } from './snapshot.js';

/** Experiments and their revisions. */
export abstract class ExperimentStore {
  abstract list(): Promise<Experiment[]>;

  /** By id or by name; null when there is none. */
  abstract find(idOrName: string): Promise<Experiment | null>;

  /**
   * Registers what a manifest declares. Only what changed in the manifest since it was last applied becomes a
   * new revision; what the API changed stays. Returns the experiment as it is afterwards.
   */
  abstract declare(declaration: ExperimentDeclaration, author: string): Promise<Experiment>;

  /**
   * Makes a new revision. Throws `StaleRevisionError` when `expected` is not the current one,
   * `UnknownExperimentError`, and `InvalidPatchError` naming the field.
   */
  abstract revise(id: string, expected: number, patch: ExperimentPatch, author: string): Promise<Experiment>;

  /** Newest first. */
  abstract revisions(id: string): Promise<Revision[]>;

  abstract revision(id: string, revision: number): Promise<Revision | null>;
}

/** Where routers put decisions; packed, at least once. */
export abstract class DecisionStream {
  /** All of one experiment. Resolves once the stream holds them; rejects when it cannot. */
  abstract append(experimentId: string, decisions: readonly Decision[]): Promise<void>;
}

/** Where routers put rewards, durably. */
export abstract class RewardLedger {
  /** Resolves after the COMMIT that holds the reward; rejects with `LedgerUnavailableError`. */
  abstract add(reward: Reward): Promise<RewardOutcome>;

  /** The recorded decisions of one request: one per experiment on its route; empty when unknown. */
  abstract decisions(id: string): Promise<Decision[]>;
}

/** Where routers learn what to choose by. */
export abstract class SnapshotSource {
  /** Everything, from the truth. */
  abstract load(): Promise<PublishedSnapshot[]>;

  /** Calls back with each newly published snapshot until `close`. Missed ones are found by `load`. */
  abstract subscribe(onSnapshot: (snapshot: PublishedSnapshot) => void): Promise<void>;
}

/** Where the trainer and the admin API announce new snapshots. Losing one is harmless: routers also `load`. */
export abstract class SnapshotPublisher {
  abstract publish(experimentId: string): Promise<void>;
}

/** What one fold did. */
export interface FoldResult {
  readonly decisions: number;
  readonly rewards: number;
  /** The evidence version afterwards. */
  readonly evidenceVersion: number;
}

/** One experiment's part of a verification. */
export interface ExperimentVerification {
  readonly id: string;
  readonly name: string;
  readonly equal: boolean;
  readonly decisions: number;
  /** Rewards that clients sent, corrections and late ones with them. */
  readonly rewards: number;
  /** Rewards accepted and not yet counted. */
  readonly pending: number;
  /** Arms whose evidence is not what the ledger gives. */
  readonly differences: readonly {
    readonly arm: string;
    readonly stored: ArmTotals | null;
    readonly rebuilt: ArmTotals | null;
  }[];
}

export interface Verification {
  readonly equal: boolean;
  readonly decisions: number;
  readonly rewards: number;
  readonly experiments: readonly ExperimentVerification[];
}

/** The ledger as the trainer works on it. */
export abstract class Ledger {
  /**
   * In one transaction: stores decisions (unique by id), joins the rewards not yet counted, adds the differences
   * to the evidence and raises its version. Repeating it changes nothing. Null when another trainer is folding
   * this experiment: then nothing was stored.
   */
  abstract fold(experimentId: string, decisions: readonly Decision[]): Promise<FoldResult | null>;

  /** Experiments that have rewards not yet counted. */
  abstract withPendingRewards(): Promise<string[]>;

  /** Gives decisions whose window has closed without a reward their metric's default. Returns how many. */
  abstract closeWindows(experimentId: string, now: Date): Promise<number>;

  /** Rebuilds all evidence from decisions and rewards and compares it with what is stored. */
  abstract verify(): Promise<Verification>;
}
