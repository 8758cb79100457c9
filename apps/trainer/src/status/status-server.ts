import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Injectable } from '@nestjs/common';
import { Registry } from 'prom-client';
import { FoldLoop } from '../fold-loop.js';

type Answer = (response: ServerResponse) => void | Promise<void>;

/** `GET /live`, `/ready` and `/metrics` of a trainer, for probes and for Prometheus. */
@Injectable()
export class StatusServer {
  private readonly server = createServer((request, response) => {
    const answer = this.answers[request.url?.split('?')[0] ?? ''] ?? unknown;
    Promise.resolve(answer(response)).catch((error: Error) =>
      response.writeHead(500).end(`${error.message}\n`),
    );
  });

  private readonly answers: Readonly<Record<string, Answer>> = {
    '/live': (response) => void response.end('live\n'),
    '/ready': (response) => this.ready(response),
    '/metrics': (response) => this.metrics(response),
  };

  constructor(
    private readonly loop: FoldLoop,
    private readonly registry: Registry,
  ) {}

  /** Resolves to the port; 0 takes a free one. */
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

  private ready(response: ServerResponse): void {
    if (this.loop.isReading) response.end('ready\n');
    else response.writeHead(503).end('the ledger cannot be read\n');
  }

  private async metrics(response: ServerResponse): Promise<void> {
    const text = await this.registry.metrics();
    response.writeHead(200, { 'content-type': this.registry.contentType }).end(text);
  }
}

const unknown: Answer = (response) =>
  void response.writeHead(404).end('expected /live, /ready or /metrics\n');
