import { BadMetricError } from './errors.js';
import { isObject } from './payload.js';

const TYPES = ['COUNTER', 'GAUGE', 'TIMER'] as const;

/** One measurement of a user's class, as it goes into `meta.metrics`. A TIMER is in milliseconds. */
export interface Metric {
  readonly type: (typeof TYPES)[number];
  readonly key: string;
  readonly value: number;
  readonly tags?: Readonly<Record<string, unknown>>;
}

/** Throws `BadMetricError` where one of them is none. */
export function checkMetrics(metrics: unknown): Metric[] {
  if (Array.isArray(metrics) && metrics.every(isMetric)) return metrics;
  throw new BadMetricError(metrics);
}

function isMetric(metric: unknown): metric is Metric {
  if (!isObject(metric)) return false;
  const { type, key, value, tags } = metric;
  return (
    TYPES.includes(type as Metric['type']) &&
    typeof key === 'string' &&
    Number.isFinite(value) &&
    (tags === undefined || isObject(tags))
  );
}
