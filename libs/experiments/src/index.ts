export type { Decision } from './decision.js';
export type {
  Arm,
  ArmTotals,
  Change,
  Experiment,
  ExperimentConfig,
  ExperimentDeclaration,
  ExperimentPatch,
  ExperimentPlace,
  Metric,
  Revision,
} from './experiment.js';
export {
  DecisionStream,
  ExperimentStore,
  type ExperimentVerification,
  type FoldResult,
  Ledger,
  RewardLedger,
  SnapshotPublisher,
  SnapshotSource,
  type Verification,
} from './ports.js';
export type { Reward, RewardOutcome } from './reward.js';
export type { PublishedSnapshot } from './snapshot.js';
