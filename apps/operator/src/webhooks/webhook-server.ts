import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Logger } from '@nestjs/common';
import type { OperatorMetrics } from '../metrics/operator-metrics.js';
import {
  type AdmissionRequest,
  type Answer,
  InvalidReviewError,
  readReview,
  writeReview,
} from './admission-review.js';
import type { KeyPair } from './certificates/issue.js';

/** An object and the one before it, of which Kubernetes takes no more than 3 MiB each. */
const MAX_BODY = 8 * 1024 * 1024;
const TIMES = { headersTimeout: 5_000, requestTimeout: 10_000, connectionsCheckingInterval: 1_000 };
const HANDSHAKE_MS = 5_000;

/** By path: `/validate`. */
export type Handlers = Readonly<Record<string, Handler>>;
export type Handler = (request: AdmissionRequest) => Answer;

interface Reply {
  readonly status: number;
  readonly body: string;
  readonly isJson?: boolean;
}

/** Answers the API server's admission reviews over HTTPS. */
export class WebhookServer {
  private readonly logger = new Logger('Webhooks');
  private readonly server: Server;

  constructor(
    private readonly handlers: Handlers,
    private readonly metrics: OperatorMetrics,
  ) {
    const options = { ...TIMES, handshakeTimeout: HANDSHAKE_MS, minVersion: 'TLSv1.2' as const };
    this.server = createServer(options, (request, response) => void this.serve(request, response));
    // A client that speaks no TLS, or does not trust the certificate.
    this.server.on('tlsClientError', (_, socket) => socket.destroy());
  }

  /** The address it listens on. Until `use` was called nobody can connect. */
  async listen(port: number, host: string): Promise<string> {
    this.server.listen(port, host);
    await once(this.server, 'listening');
    return `https://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** For the connections from now on; those that there are stay. Throws where the pair is none. */
  use({ cert, key }: KeyPair): void {
    this.server.setSecureContext({ cert, key, minVersion: 'TLSv1.2' });
  }

  /** Resolves when what is under way has been answered. */
  async close(): Promise<void> {
    if (!this.server.listening) return;
    const closed = once(this.server, 'close');
    this.server.close();
    await closed;
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { status, body, isJson = false } = await this.reply(request);
    if (request.destroyed && !request.complete) return;
    response.writeHead(status, {
      'content-type': isJson ? 'application/json' : 'text/plain; charset=utf-8',
      'content-length': Buffer.byteLength(body),
      ...((!this.server.listening || !request.complete) && { connection: 'close' }),
    });
    response.end(body);
  }

  private async reply(request: IncomingMessage): Promise<Reply> {
    const path = (request.url ?? '').replace(/\?.*/s, '');
    const handle = Object.hasOwn(this.handlers, path) ? this.handlers[path]! : null;
    if (handle === null) return { status: 404, body: `expected ${Object.keys(this.handlers).join(' or ')}` };
    if (request.method !== 'POST') return { status: 405, body: `expected POST, got ${request.method}` };
    try {
      const text = await bodyOf(request);
      return text === null ? TOO_LARGE : this.review(path, handle, readReview(text));
    } catch (error) {
      return request.complete ? this.failure(error as Error) : INCOMPLETE;
    }
  }

  private review(path: string, handle: Handler, request: AdmissionRequest): Reply {
    const answer = handle(request);
    this.metrics.admitted(path.slice(1), answer.refusal === null);
    return { status: 200, body: writeReview(request, answer), isJson: true };
  }

  private failure(error: Error): Reply {
    if (error instanceof InvalidReviewError) return { status: 400, body: error.message };
    this.logger.error(error.stack ?? error.message);
    return { status: 500, body: error.message };
  }
}

const TOO_LARGE: Reply = { status: 413, body: `expected a body of at most ${MAX_BODY} bytes` };
const INCOMPLETE: Reply = { status: 400, body: 'the body ended before its length was reached' };

/** Null where it is too large. */
async function bodyOf(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_BODY) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
