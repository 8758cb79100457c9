import { COMPONENT_POLICY, completeOptions, type PolicyOptions } from '#bandits';
import type { ExperimentDeclaration, ExperimentPlace, Metric } from './experiment.js';

export const DEFAULT_METRIC: Metric = {
  name: 'reward',
  min: 0,
  max: 1,
  combine: 'last',
  windowSeconds: 7 * 24 * 3600,
  defaultReward: null,
};

/** Throws `InvalidOptionError` of #bandits when the policy or one of its options is not valid. */
export function declareExperiment(
  place: ExperimentPlace,
  spec: {
    readonly policy: string;
    readonly options: PolicyOptions;
    readonly arms: readonly string[];
    readonly metric: Partial<Metric>;
  },
): ExperimentDeclaration {
  const { policy, arms } = spec;
  return {
    place,
    config: {
      policy,
      options: policy === COMPONENT_POLICY ? {} : completeOptions(policy, spec.options, arms),
      arms: arms.map((id) => ({ id, enabled: true })),
      metric: { ...DEFAULT_METRIC, ...spec.metric },
    },
  };
}
