import { BadMetricError } from './errors.js';
import { isObject } from './payload.js';
import type { Metric } from './public/index.js';

const TYPES: readonly unknown[] = ['COUNTER', 'GAUGE', 'TIMER'] satisfies Metric['type'][];

/** Throws `BadMetricError` where one of them is none. */
export function checkMetrics(metrics: unknown): Metric[] {
  if (Array.isArray(metrics) && metrics.every(isMetric)) return metrics;
  throw new BadMetricError(metrics);
}

function isMetric(metric: unknown): metric is Metric {
  if (!isObject(metric)) return false;
  const { type, key, value, tags } = metric;
  return (
    TYPES.includes(type) &&
    typeof key === 'string' &&
    Number.isFinite(value) &&
    (tags === undefined || isObject(tags))
  );
}
