import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Page {
  readonly text: string;
  /** 200 where it says nothing. */
  readonly status?: number;
  /** `text/plain` where it says nothing. */
  readonly contentType?: string;
}

/** What a path shows now. */
export type ShowPage = () => Page | Promise<Page>;

/** A small HTTP server beside the main one, for probes and for Prometheus. A page that throws is a 500. */
export class SideServer {
  private readonly server = createServer((request, response) => {
    void this.answer(request.url?.split('?')[0] ?? '', response);
  });

  /** Pages by their path. */
  constructor(private readonly pages: ReadonlyMap<string, ShowPage>) {}

  /** Resolves to the port; 0 takes a free one. */
  async listen(port: number, host: string): Promise<number> {
    this.server.listen(port, host);
    await once(this.server, 'listening');
    return (this.server.address() as AddressInfo).port;
  }

  /** Ends open connections too. */
  async close(): Promise<void> {
    if (!this.server.listening) return;
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
  }

  private async answer(path: string, response: ServerResponse): Promise<void> {
    const { text, status = 200, contentType = 'text/plain; charset=utf-8' } = await this.page(path);
    response.writeHead(status, { 'content-type': contentType }).end(text);
  }

  private async page(path: string): Promise<Page> {
    const show = this.pages.get(path);
    if (!show) return { status: 404, text: `expected one of ${[...this.pages.keys()].join(', ')}\n` };
    try {
      return await show();
    } catch (error) {
      return { status: 500, text: `${(error as Error).message}\n` };
    }
  }
}
