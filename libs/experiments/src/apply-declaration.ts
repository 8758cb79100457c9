import { isDeepStrictEqual } from 'node:util';
import type { PolicyOptions } from '#bandits';
import { changesBetween } from './changes-between.js';
import type { Arm, ExperimentConfig } from './experiment.js';
import type { Revised } from './revise.js';

/**
 * Three-way: what differs between the manifest as it was last applied and as it is now goes into the current
 * configuration; what the API changed stays. Arms always follow the manifest, because routes are their indices.
 * Null when nothing changes.
 */
export function applyDeclaration(
  previous: ExperimentConfig | null,
  declared: ExperimentConfig,
  current: ExperimentConfig,
): Revised | null {
  const config = previous === null ? declared : merged(previous, declared, current);
  const changes = changesBetween(current, config);
  return changes.length === 0 ? null : { config, changes };
}

function merged(
  previous: ExperimentConfig,
  declared: ExperimentConfig,
  current: ExperimentConfig,
): ExperimentConfig {
  const arms = armsOf(declared, current);
  const metric = mergedFields(previous.metric, declared.metric, current.metric);
  if (previous.policy !== declared.policy) {
    return { policy: declared.policy, options: declared.options, arms, metric };
  }
  const options =
    current.policy === declared.policy
      ? mergedFields(previous.options, declared.options, current.options)
      : current.options;
  return { policy: current.policy, options: fitted(options, arms), arms, metric };
}

function mergedFields<T extends object>(previous: T, declared: T, current: T): T {
  const before = new Map(Object.entries(previous));
  const changed = Object.entries(declared).filter(([name, value]) => {
    return !isDeepStrictEqual(before.get(name), value);
  });
  return { ...current, ...Object.fromEntries(changed) };
}

/** Arms that are still there keep their switch; when no enabled one is left, all are on again. */
function armsOf(declared: ExperimentConfig, current: ExperimentConfig): readonly Arm[] {
  const switches = new Map(current.arms.map((arm) => [arm.id, arm.enabled]));
  const arms = declared.arms.map(({ id, enabled }) => ({ id, enabled: switches.get(id) ?? enabled }));
  return arms.some((arm) => arm.enabled) ? arms : declared.arms;
}

/** Options that name arms or depend on their number, made to fit the manifest's arms. */
function fitted(options: PolicyOptions, arms: readonly Arm[]): PolicyOptions {
  const { weights, floor } = options;
  return {
    ...options,
    ...(typeof weights === 'object' ? { weights: fittedWeights(weights, arms) } : {}),
    ...(typeof floor === 'number' ? { floor: Math.min(floor, 1 / arms.length) } : {}),
  };
}

/** A new arm gets nothing; what a vanished one had is shared out in proportion. */
function fittedWeights(weights: Readonly<Record<string, number>>, arms: readonly Arm[]) {
  const names = Object.keys(weights);
  if (names.length === arms.length && arms.every((arm) => Object.hasOwn(weights, arm.id))) return weights;
  const total = arms.reduce((sum, arm) => sum + (weights[arm.id] ?? 0), 0);
  return Object.fromEntries(
    arms.map(({ id }) => [id, total > 0 ? (weights[id] ?? 0) / total : 1 / arms.length]),
  );
}
