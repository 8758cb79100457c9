import type { Fields } from './kubernetes-object.js';
import { present } from './kubernetes-object.js';

/** The metrics of a HorizontalPodAutoscaler in the form of autoscaling/v2: `metrics` has that of v2beta1. */
export function metricsOf(metrics: readonly Fields[], metricsv2: readonly Fields[]): Fields[] {
  return [...metrics.map(convert), ...metricsv2];
}

const FIELDS = {
  Resource: 'resource',
  ContainerResource: 'containerResource',
  Pods: 'pods',
  Object: 'object',
  External: 'external',
} as const;

/** One that is in the newer form already stays as it is. */
function convert(metric: Fields): Fields {
  const type = metric.type as keyof typeof FIELDS;
  const field = FIELDS[type];
  const source = metric[field] as Fields | undefined;
  if (source === undefined || isNew(source)) return metric;
  return { type, [field]: { ...sources[type](source), target: targetOf(source) } };
}

function isNew({ target, metric }: Fields): boolean {
  const { type } = (target ?? {}) as Fields;
  return metric !== undefined || type === 'Utilization' || type === 'AverageValue' || type === 'Value';
}

const sources: Readonly<Record<keyof typeof FIELDS, (source: Fields) => Fields>> = {
  Resource: ({ name }) => ({ name }),
  ContainerResource: ({ name, container }) => ({ name, container }),
  Pods: ({ metricName, selector }) => ({ metric: present({ name: metricName, selector }) }),
  Object: ({ metricName, selector, target }) => ({
    metric: present({ name: metricName, selector }),
    describedObject: target,
  }),
  External: ({ metricName, metricSelector }) => ({
    metric: present({ name: metricName, selector: metricSelector }),
  }),
};

function targetOf(source: Fields): Fields {
  const averageUtilization = source.targetAverageUtilization;
  if (averageUtilization !== undefined) return { type: 'Utilization', averageUtilization };
  const averageValue = source.targetAverageValue ?? source.averageValue;
  if (averageValue !== undefined) return { type: 'AverageValue', averageValue };
  return { type: 'Value', value: source.targetValue };
}
