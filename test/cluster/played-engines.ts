import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { graphDigest } from '#graph';
import type { Resource, TestNamespace } from './test-cluster.js';

const PORT = 8000;

/** Plays engines where kwok plays the node: their pods get addresses of this machine, which say what the test says. */
export class PlayedEngines {
  private answer = { digest: '', refused: null as string | null };
  private readonly servers: Server[] = [];

  constructor(private readonly space: TestNamespace) {}

  /** Gives pods of these names an engine each, which can be asked from then on. */
  async start(pods: readonly string[]): Promise<void> {
    for (const pod of pods) {
      const server = createServer((request, response) => {
        response.statusCode = request.url === '/switchyard/graph' ? 200 : 404;
        response.end(JSON.stringify(this.answer));
      });
      server.listen(PORT, `127.${randomInt(64, 250)}.${randomInt(1, 250)}.${randomInt(1, 250)}`);
      await once(server, 'listening');
      this.servers.push(server);
      const { address } = server.address() as AddressInfo;
      const status = { podIP: address, podIPs: [{ ip: address }] };
      const flags = ['--subresource=status', '--type=merge', '-p', JSON.stringify({ status })];
      await this.space.kubectl(['patch', 'pod', pod, ...flags]);
    }
  }

  /** They have taken the graph of this ConfigMap. */
  serve({ data }: Resource): void {
    this.answer = { digest: graphDigest(data['deployment.yaml'], data['components.yaml']), refused: null };
  }

  /** They go on with the graph that they have, and say why. */
  refuse(reason: string): void {
    this.answer = { ...this.answer, refused: reason };
  }

  stop(): void {
    for (const server of this.servers.splice(0)) server.close().closeAllConnections();
  }
}
