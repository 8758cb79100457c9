import { Logger } from '@nestjs/common';
import { type Metric as ExposedMetric, Registry } from 'prom-client';
import type { AnsweredCall, Metric } from '#sdk';
import type { Identity } from '../component-config.js';
import { TimerHistogram } from './timer-histogram.js';

type Labels = Record<string, string | number>;

/** The values of the label `method`, in the words of Seldon's wrapper. */
const METHODS: Readonly<Record<AnsweredCall, string>> = {
  predict: 'predict',
  transformInput: 'inputtransform',
  transformOutput: 'outputtransform',
  route: 'router',
  aggregate: 'aggregate',
  sendFeedback: 'feedback',
  healthStatus: 'health',
};

const SUFFIXES: Readonly<Record<Metric['type'], string>> = { COUNTER: '_total', GAUGE: '', TIMER: '' };
const TYPES: Readonly<Record<Metric['type'], string>> = {
  COUNTER: 'counter',
  GAUGE: 'gauge',
  TIMER: 'histogram',
};

interface Series {
  readonly labels: Labels;
  value: number;
  readonly timer: TimerHistogram | null;
}

/**
 * The metrics that a user's class creates, with the labels of Seldon's wrapper. prom-client wants the names of all
 * labels beforehand; here every metric brings its own tags.
 */
export class UnitMetrics {
  private readonly logger = new Logger(UnitMetrics.name);
  private readonly series = new Map<string, Map<string, Series>>();
  private readonly labels: Labels;

  constructor(
    private readonly registry: Registry,
    identity: Identity,
    worker: number,
  ) {
    this.labels = labelsOf(identity, worker);
  }

  observe(metrics: readonly Metric[], call: AnsweredCall): void {
    for (const metric of metrics) this.add(metric, METHODS[call]);
  }

  /** A counter cannot go down: of rewards, only those above zero are added up. */
  countFeedback(reward: number): void {
    this.add({ type: 'COUNTER', key: 'seldon_api_model_feedback', value: 1 }, METHODS.sendFeedback);
    if (!(reward > 0)) return;
    this.add(
      { type: 'COUNTER', key: 'seldon_api_model_feedback_reward', value: reward },
      METHODS.sendFeedback,
    );
  }

  private add({ type, key, value, tags }: Metric, method: string): void {
    const name = key.replace(/[^a-zA-Z0-9_:]/g, '_').replace(/^(?=\d)/, '_') + SUFFIXES[type];
    const labels = { ...this.labels, ...textsOf(tags), method };
    const all = this.series.get(`${type} ${name}`) ?? this.register(type, name);
    const id = JSON.stringify(labels);
    const series = all.get(id) ?? {
      labels,
      value: 0,
      timer: type === 'TIMER' ? new TimerHistogram() : null,
    };
    all.set(id, series);
    if (series.timer) series.timer.observe(value / 1000);
    else series.value = type === 'GAUGE' ? value : series.value + value;
  }

  private register(type: Metric['type'], name: string): Map<string, Series> {
    const all = new Map<string, Series>();
    const metric = {
      name,
      help: `${type} of the component`,
      type: TYPES[type],
      aggregator: 'sum',
      get: async () => ({ ...metric, values: [...all.values()].flatMap((one) => valuesOf(name, one)) }),
    };
    if (this.registry.getSingleMetric(name) === undefined) {
      this.registry.registerMetric(metric as unknown as ExposedMetric);
    } else this.logger.warn(`the ${type} ${name} is not exposed: another metric has this name`);
    this.series.set(`${type} ${name}`, all);
    return all;
  }
}

function valuesOf(name: string, { labels, value, timer }: Series) {
  return timer ? timer.values(name, labels) : [{ labels, value }];
}

function labelsOf(
  { unit, image, deployment, predictor, predictorVersion }: Identity,
  worker: number,
): Labels {
  const [imageName = '', imageVersion = ''] = image.split(/:(?=[^/:]*$)/);
  return {
    deployment_name: deployment,
    model_name: unit,
    model_image: imageName,
    model_version: imageVersion,
    predictor_name: predictor,
    predictor_version: predictorVersion,
    seldon_deployment_name: deployment,
    image_name: imageName,
    image_version: imageVersion,
    worker_id: worker,
  };
}

function textsOf(tags: Metric['tags'] = {}): Labels {
  return Object.fromEntries(
    Object.entries(tags).map(([name, tag]) => [name.replace(/[^a-zA-Z0-9_]/g, '_'), String(tag)]),
  );
}
