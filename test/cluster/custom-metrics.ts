import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';

const GROUP = { apiVersion: 'v1', kind: 'APIResourceList', groupVersion: 'custom.metrics.k8s.io/v1beta1' };
const PATH = /^\/apis\/custom\.metrics\.k8s\.io\/v1beta1\/namespaces\/([^/]+)\/pods\/\*\/([^/?]+)\?/;

/** One pod's value, as its metrics would have it. */
export interface PodMetric {
  readonly pod: string;
  readonly value: number;
}

/**
 * An API server for custom metrics, where a cluster has prometheus-adapter: it says what a test sets. The API server
 * of the cluster finds it by a Service whose name leads to this machine.
 */
export class CustomMetrics {
  /** Metrics that somebody asked for, with the pods' selector. */
  readonly asked: string[] = [];
  private constructor(
    private readonly server: Server,
    private readonly read: (selector: string) => Promise<readonly PodMetric[]>,
  ) {}

  /** `kubeconfig`: of the test's own control plane, whose certificate it borrows. */
  static async start(
    kubeconfig: string,
    read: (selector: string) => Promise<readonly PodMetric[]>,
  ): Promise<CustomMetrics> {
    const certificates = join(dirname(kubeconfig), 'certs');
    const server = createServer({
      cert: readFileSync(join(certificates, 'apiserver.crt')),
      key: readFileSync(join(certificates, 'apiserver.key')),
    });
    const metrics = new CustomMetrics(server, read);
    server.on('request', async (request, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(await metrics.answer(request.url!)));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return metrics;
  }

  /** What makes the cluster's API server ask this one. */
  objects(namespace: string): object[] {
    const { port } = this.server.address() as AddressInfo;
    const name = 'custom-metrics';
    return [
      {
        ...{ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace } },
        spec: { type: 'ExternalName', externalName: 'localhost', ports: [{ port }] },
      },
      {
        ...{ apiVersion: 'apiregistration.k8s.io/v1', kind: 'APIService' },
        metadata: { name: 'v1beta1.custom.metrics.k8s.io' },
        spec: {
          ...{ group: 'custom.metrics.k8s.io', version: 'v1beta1', insecureSkipTLSVerify: true },
          ...{ groupPriorityMinimum: 100, versionPriority: 100, service: { name, namespace, port } },
        },
      },
    ];
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private async answer(url: string): Promise<object> {
    const [, namespace, metric] = PATH.exec(decodeURIComponent(url)) ?? [];
    if (metric === undefined) return { ...GROUP, resources: [] };
    const selector = new URL(url, 'https://localhost').searchParams.get('labelSelector') ?? '';
    this.asked.push(`${metric} ${selector}`);
    const items = (await this.read(selector)).map(({ pod, value }) => ({
      describedObject: { kind: 'Pod', namespace, name: pod, apiVersion: '/v1' },
      ...{
        metricName: metric,
        metric: { name: metric },
        timestamp: new Date().toISOString(),
        value: `${Math.round(value * 1000)}m`,
      },
    }));
    return { kind: 'MetricValueList', apiVersion: GROUP.groupVersion, metadata: {}, items };
  }
}
