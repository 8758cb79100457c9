import { AggregatorRegistry } from 'prom-client';
import { SideServer } from '#system';

/** The metrics of all workers, each with its `worker_id`, for a port of their own. */
export function metricsServer(path: string): SideServer {
  const registry = new AggregatorRegistry();
  const show = async () => ({ text: await registry.clusterMetrics(), contentType: registry.contentType });
  return new SideServer(new Map([path, '/metrics', '/prometheus'].map((at) => [at, show])));
}
