import { isDeepStrictEqual } from 'node:util';
import type { Change, ExperimentConfig } from './experiment.js';

/** Field by field, under the names that a patch uses: `policy`, `weights`, `options.epsilon`, `arms.b.enabled`. */
export function changesBetween(from: ExperimentConfig, to: ExperimentConfig): Change[] {
  const before = flatten(from);
  const after = flatten(to);
  const fields = new Set([...before.keys(), ...after.keys()]);
  return [...fields]
    .map((field) => ({ field, from: before.get(field) ?? null, to: after.get(field) ?? null }))
    .filter((change) => !isDeepStrictEqual(change.from, change.to));
}

function flatten({ policy, options, arms, metric }: ExperimentConfig): Map<string, unknown> {
  const { weights, ...others } = options;
  return new Map<string, unknown>([
    ['policy', policy],
    ['weights', weights],
    ...prefixed('options', others),
    ['arms', arms.map((arm) => arm.id)],
    ...arms.map((arm): [string, unknown] => [`arms.${arm.id}.enabled`, arm.enabled]),
    ...prefixed('metric', metric),
  ]);
}

function prefixed(prefix: string, fields: object): [string, unknown][] {
  return Object.entries(fields).map(([name, value]) => [`${prefix}.${name}`, value]);
}
