import { excerpt } from '#protocol';
import { InvalidRewardError } from './errors.js';
import type { Metric } from './experiment.js';

/** The value as a number that may be counted. Throws `InvalidRewardError`. */
export function checkReward(value: unknown, metric: Metric): number {
  if (typeof value === 'number' && Number.isFinite(value) && value >= metric.min && value <= metric.max)
    return value;
  const expected = `a finite number between ${metric.min} and ${metric.max}`;
  throw new InvalidRewardError('value', expected, excerpt(value));
}
