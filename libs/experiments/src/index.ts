export { applyDeclaration } from './apply-declaration.js';
export { armProbabilities } from './arm-probabilities.js';
export { checkReward } from './check-reward.js';
export type { Decision } from './decision.js';
export { DEFAULT_METRIC, declareExperiment } from './declare-experiment.js';
export {
  InvalidPatchError,
  InvalidReceiptError,
  InvalidRewardError,
  LedgerUnavailableError,
  MalformedDecisionsError,
  StaleRevisionError,
  UnknownExperimentError,
} from './errors.js';
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
export { experimentId, experimentName } from './experiment-id.js';
export { packDecisions, unpackDecisions } from './pack-decisions.js';
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
export { ReceiptSigner } from './receipt-signer.js';
export { revise } from './revise.js';
export type { Reward, RewardOutcome } from './reward.js';
export { openSnapshot, type PublishedSnapshot, type Snapshot } from './snapshot.js';
export { isStorable, LONGEST_TEXT } from './storable.js';
