import { createServer, type RequestListener, type Server } from 'node:http';
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

/** One node server: the data plane takes its own requests, the framework everything else. */
export class HttpServer {
  private dataPlane: DataPlane | undefined;
  private server: Server | undefined;

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

  /** Takes no new connections and waits up to 15 seconds for the requests that are on their way. */
  async close(): Promise<void> {
    const { server } = this;
    this.dataPlane?.close();
    if (!server?.listening) return;
    const timer = setTimeout(() => server.closeAllConnections(), CLOSE_MS);
    await new Promise((resolve) => {
      server.close(resolve);
      server.closeIdleConnections();
    });
    clearTimeout(timer);
  }
}
