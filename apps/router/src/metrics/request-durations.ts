import { Injectable } from '@nestjs/common';
import { type Metric, Registry } from 'prom-client';
import type { Exchange } from '../data-plane/exchange.js';
import type { ServedDeployment } from '../deployments/served-deployment.js';

const NAME = 'seldon_api_executor_server_requests_seconds';
/** Upper bounds in seconds, as in the reference, section 7. */
const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

type Labels = Record<string, string | number>;

/** One combination of labels. */
class Series {
  /** How many were at most this long and longer than the bound before; the last has no bound. */
  readonly counts = new Float64Array(BOUNDS.length + 1);
  sum = 0;

  constructor(readonly labels: Labels) {}
}

/**
 * Seldon's histogram of request times. Counted in typed arrays, because prom-client's own sorts and joins the labels
 * at every observation.
 */
@Injectable()
export class RequestDurations {
  private readonly all = new Map<string, Series>();
  /** The same, to be found quickly; a deployment that is served no more takes its part along. */
  private readonly series = new WeakMap<ServedDeployment, Map<string, Series>>();

  constructor(registry: Registry) {
    const metric = {
      name: NAME,
      help: 'Time from a request to its answer',
      type: 'histogram',
      aggregator: 'sum',
      get: async () => ({ ...metric, values: this.values() }),
    };
    registry.registerMetric(metric as unknown as Metric);
  }

  /** `service` and `code` are those of the edge: over gRPC `/seldon.protos.Seldon/Predict` and `OK`. */
  observe(exchange: Exchange, service: string, method: string, code: number | string, seconds: number): void {
    const { counts } = this.seriesOf(exchange, service, method, code, seconds);
    let bucket = 0;
    while (bucket < BOUNDS.length && seconds > BOUNDS[bucket]!) bucket++;
    counts[bucket]!++;
  }

  private seriesOf(
    { deployment, predictor }: Exchange,
    service: string,
    method: string,
    code: number | string,
    seconds: number,
  ): Series {
    let ofDeployment = this.series.get(deployment);
    if (ofDeployment === undefined) {
      ofDeployment = new Map();
      this.series.set(deployment, ofDeployment);
    }
    const key = `${predictor} ${service} ${method} ${code}`;
    let series = ofDeployment.get(key);
    if (series === undefined) {
      series = this.seriesWith(labelsOf(deployment, predictor, service, method, code));
      ofDeployment.set(key, series);
    }
    series.sum += seconds;
    return series;
  }

  /** Of the graph before as well, where it had one with these labels. */
  private seriesWith(labels: Labels): Series {
    const key = JSON.stringify(Object.values(labels));
    const series = this.all.get(key) ?? new Series(labels);
    this.all.set(key, series);
    return series;
  }

  private values() {
    return [...this.all.values()].flatMap(valuesOf);
  }
}

function labelsOf(
  deployment: ServedDeployment,
  predictor: string,
  service: string,
  method: string,
  code: number | string,
): Labels {
  const served = deployment.predictors.find(({ name }) => name === predictor);
  return {
    deployment_name: deployment.name,
    predictor_name: predictor,
    predictor_version: served?.declared.annotations.version ?? '',
    service,
    method: method.toLowerCase(),
    code,
  };
}

function valuesOf({ labels, counts, sum }: Series) {
  let cumulative = 0;
  const buckets = Array.from(counts, (count, index) => {
    cumulative += count;
    return {
      metricName: `${NAME}_bucket`,
      labels: { ...labels, le: BOUNDS[index] ?? '+Inf' },
      value: cumulative,
    };
  });
  return [
    ...buckets,
    { metricName: `${NAME}_sum`, labels, value: sum },
    { metricName: `${NAME}_count`, labels, value: cumulative },
  ];
}
