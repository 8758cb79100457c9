import { choose } from '#bandits';
import { armProbabilities } from './arm-probabilities.js';
import type { Decision } from './decision.js';
import type { ArmTotals, ExperimentConfig } from './experiment.js';

/** All that a router needs of an experiment, as published. */
export interface PublishedSnapshot {
  readonly experimentId: string;
  readonly name: string;
  readonly salt: string;
  readonly revision: number;
  readonly evidenceVersion: number;
  readonly config: ExperimentConfig;
  readonly evidence: readonly ArmTotals[];
}

/** The choice of a component. */
export interface ComponentChoice {
  /** The request's. */
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly arm: string;
  /** Null where the component did not say. */
  readonly propensity: number | null;
}

/** A published snapshot with its probabilities worked out once, ready to choose by. */
export class Snapshot {
  /** One per arm, in its order; null for an arm that is off, and for all where a component chooses. */
  readonly probabilities: readonly (number | null)[];
  private readonly arms: readonly string[];
  private readonly weights: Float64Array;

  constructor(readonly published: PublishedSnapshot) {
    this.probabilities = armProbabilities(published.config, published.evidence);
    this.arms = published.config.arms.map((arm) => arm.id);
    this.weights = Float64Array.from(this.probabilities, (probability) => probability ?? 0);
  }

  /**
   * The same for a graph that has only some of the arms, or others: those that it lacks are off. This itself where
   * nothing changes by it, or nothing would be left to choose.
   */
  among(known: ReadonlyMap<string, unknown>): Snapshot {
    const { config } = this.published;
    const isFitting = config.arms.every(({ id, enabled }) => !enabled || known.has(id));
    const arms = config.arms.map(({ id, enabled }) => ({ id, enabled: enabled && known.has(id) }));
    if (isFitting || !arms.some(({ enabled }) => enabled)) return this;
    return new Snapshot({ ...this.published, config: { ...config, arms } });
  }

  /** The index of the arm for a randomisation key: the unit, or the request's id. */
  decideIndex(key: string): number {
    return choose(this.published.salt, key, this.arms, this.weights);
  }

  /** `id` is the request's, `at` in milliseconds since 1970; the same id and unit always give the same arm. */
  decide({ id, at, unit }: { id: string; at: number; unit?: string | undefined }): Decision {
    const index = this.decideIndex(unit ?? id);
    return this.decision({ id, at, arm: this.arms[index]!, propensity: this.weights[index]! }, unit ?? null);
  }

  /** A choice that was made elsewhere, as the decision that it is. */
  record(choice: ComponentChoice): Decision {
    return this.decision(choice, null);
  }

  private decision({ id, at, arm, propensity }: ComponentChoice, unit: string | null): Decision {
    return {
      experimentId: this.published.experimentId,
      id,
      at,
      revision: this.published.revision,
      evidenceVersion: this.published.evidenceVersion,
      unit,
      arm,
      propensity,
      probabilities: this.probabilities,
    };
  }
}

export function openSnapshot(published: PublishedSnapshot): Snapshot {
  return new Snapshot(published);
}
