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
