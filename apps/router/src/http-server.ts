import { createServer, type RequestListener, type Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { DataPlane } from './data-plane/data-plane.js';

/**
 * Only these together get rid of slow clients: the time for the headers must be shorter than for the request, and
 * somebody must look often. A keep-alive longer than the 60 s of common load balancers, as Seldon's engine has it.
 */
const LIMITS = {
  headersTimeout: 5000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 1000,
  keepAliveTimeout: 65_000,
  /** A receipt may come back in a header. */
  maxHeaderSize: 32 * 1024,
};
const CLOSE_MS = 15_000;
const LOOK_MS = 50;

/** One node server: the data plane takes its own requests, the framework everything else. */
export class HttpServer {
  private dataPlane: DataPlane | undefined;
  private server: Server | undefined;

  /** Milliseconds, after the end was asked for, in which clients on open connections are told to come back elsewhere. */
  constructor(private readonly drainMs: number) {}

  /** For Fastify's `serverFactory`. */
  create(framework: RequestListener): Server {
    this.server = createServer(LIMITS, (request, response) => {
      if (!this.dataPlane?.handle(request, response)) framework(request, response);
    });
    return this.server;
  }

  open(dataPlane: DataPlane): void {
    this.dataPlane = dataPlane;
  }

  /** Drains, then takes no new connections and waits up to 15 seconds for the requests that are on their way. */
  async close(): Promise<void> {
    const { server } = this;
    this.dataPlane?.close();
    if (!server?.listening) return;
    await this.drain(server);
    const timer = setTimeout(() => server.closeAllConnections(), CLOSE_MS);
    await new Promise((resolve) => {
      server.close(resolve);
      server.closeIdleConnections();
    });
    clearTimeout(timer);
  }
  /** A connection that is closed while a client writes a request to it fails that request: answers close them. */
  private async drain(server: Server): Promise<void> {
    const connections = promisify(server.getConnections.bind(server));
    const end = performance.now() + this.drainMs;
    while (performance.now() < end && (await connections()) > 0) await sleep(LOOK_MS);
  }
}
