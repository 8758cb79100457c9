import { randomUUID } from 'node:crypto';
import {
  type Decision,
  declareExperiment,
  type Experiment,
  type ExperimentDeclaration,
  type Metric,
} from '#experiments';

/** For contract suites: an experiment over arms `a` and `b` in a deployment of its own. */
export function sampleDeclaration(
  metric: Partial<Metric> = {},
  deployment: string = randomUUID(),
): ExperimentDeclaration {
  return declareExperiment(
    { namespace: 'default', deployment, predictor: 'main', node: 'router' },
    { policy: 'epsilon-greedy', options: {}, arms: ['a', 'b'], metric },
  );
}

export function sampleDecision({ id, current }: Experiment, given: Partial<Decision> = {}): Decision {
  return {
    experimentId: id,
    id: randomUUID(),
    at: Date.now(),
    revision: current.revision,
    evidenceVersion: 0,
    unit: null,
    arm: 'a',
    propensity: 0.5,
    probabilities: [0.5, 0.5],
    ...given,
  };
}
