import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AggregatorRegistry } from 'prom-client';

/** The metrics of all workers, each with its `worker_id`, on a port of their own. */
export class MetricsServer {
  private readonly registry = new AggregatorRegistry();
  private readonly server: Server;

  constructor(path: string) {
    const paths = [path, '/metrics', '/prometheus'];
    this.server = createServer((request, response) => {
      if (!paths.includes(request.url?.split('?')[0] ?? '')) {
        response.writeHead(404).end(`expected one of ${paths.join(', ')}\n`);
        return;
      }
      this.registry.clusterMetrics().then(
        (text) => response.writeHead(200, { 'content-type': this.registry.contentType }).end(text),
        (error: Error) => response.writeHead(503).end(`${error.message}\n`),
      );
    });
  }

  async listen(port: number, host: string): Promise<number> {
    this.server.listen(port, host);
    await once(this.server, 'listening');
    return (this.server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    if (!this.server.listening) return;
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
  }
}
