import { z } from 'zod';
import { meanInterval } from '#bandits';
import { type ArmTotals, armProbabilities, type Experiment, type ExperimentConfig } from '#experiments';

export const optionsSchema = z
  .record(z.string(), z.union([z.number(), z.record(z.string(), z.number())]))
  .describe('every option of the policy');

export const metricSchema = z.object({
  name: z.string(),
  min: z.number(),
  max: z.number(),
  combine: z.literal('last'),
  windowSeconds: z.number(),
  defaultReward: z.number().nullable(),
});

const intervalSchema = z.object({
  low: z.number(),
  high: z.number(),
  method: z.string(),
  caveat: z.string().nullable(),
});

const armSchema = z.object({
  id: z.string().describe("the child's node name"),
  index: z.number().int().describe('the route that leads to it'),
  enabled: z.boolean(),
  probability: z
    .number()
    .nullable()
    .describe(
      'of the next decision; null where the arm is off, or where the component that chooses did not say',
    ),
  decisions: z.number().int(),
  rewards: z.number().int().describe('decisions whose outcome has been counted'),
  mean: z.number().nullable(),
  interval: intervalSchema.nullable(),
});

export const experimentSchema = z.object({
  id: z.string(),
  name: z.string().describe('namespace.deployment.predictor.node'),
  namespace: z.string(),
  deployment: z.string(),
  predictor: z.string(),
  node: z.string(),
  policy: z.string().describe("component where the node's own component chooses; it cannot be changed then"),
  options: optionsSchema,
  weights: z.array(z.number()).nullable().describe('in the order of the arms; null unless weighted'),
  arms: z.array(armSchema),
  metric: metricSchema,
  revision: z.number().int(),
  evidenceVersion: z.number().int(),
  updatedAt: z.string(),
  updatedBy: z.string(),
});

export const experimentListSchema = z.object({ experiments: z.array(experimentSchema) });

export type ExperimentView = z.infer<typeof experimentSchema>;

export function experimentView(experiment: Experiment): ExperimentView {
  const { id, name, namespace, deployment, predictor, node, current, evidenceVersion, evidence } = experiment;
  const { policy, options, metric } = current.config;
  return {
    id,
    name,
    namespace,
    deployment,
    predictor,
    node,
    policy,
    options: options as ExperimentView['options'],
    weights: weightsOf(current.config),
    arms: armViews(current.config, evidence),
    metric,
    revision: current.revision,
    evidenceVersion,
    updatedAt: current.createdAt.toISOString(),
    updatedBy: current.author,
  };
}

function weightsOf({ policy, options, arms }: ExperimentConfig): number[] | null {
  const { weights } = options;
  if (policy !== 'weighted' || typeof weights !== 'object') return null;
  return arms.map((arm) => weights[arm.id] ?? 0);
}

function armViews(config: ExperimentConfig, evidence: readonly ArmTotals[]): ExperimentView['arms'] {
  const probabilities = armProbabilities(config, evidence);
  return config.arms.map(({ id, enabled }, index) => {
    const { decisions, pulls } = evidence[index]!;
    const estimate = meanInterval(evidence[index]!);
    return {
      id,
      index,
      enabled,
      probability: probabilities[index] ?? null,
      decisions,
      rewards: pulls,
      mean: pulls > 0 ? evidence[index]!.reward / pulls : null,
      interval: estimate && {
        low: estimate.low,
        high: estimate.high,
        method: estimate.method,
        caveat: estimate.caveat,
      },
    };
  });
}
