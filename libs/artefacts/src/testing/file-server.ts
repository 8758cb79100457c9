import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

type Behaviour = (request: IncomingMessage, response: ServerResponse) => void;

/** A real HTTP server whose files behave as a spec says; it keeps what it was asked. */
export class FileServer {
  readonly requests: { readonly path: string; readonly headers: IncomingMessage['headers'] }[] = [];
  private readonly files = new Map<string, Behaviour>();
  private readonly server = createServer((request, response) => {
    this.requests.push({ path: request.url!, headers: request.headers });
    const behaviour = this.files.get(new URL(request.url!, 'http://host').pathname);
    if (behaviour) behaviour(request, response);
    else response.writeHead(404).end();
  });

  async start(): Promise<void> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  on(path: string, behaviour: Behaviour): string {
    this.files.set(path, behaviour);
    return this.origin + path;
  }

  /** With ETag, conditions and ranges, as a usual server has them. */
  file(path: string, content: Buffer | string): string {
    return this.on(path, (request, response) => sendFile(request, response, Buffer.from(content)));
  }

  asked(path: string): number {
    return this.requests.filter((request) => request.path === path).length;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

function etagOf(content: Buffer | string): string {
  return `"${createHash('md5').update(content).digest('hex')}"`;
}

/** `until`: breaks the connection after so many bytes of the whole file, once the client has said that some arrived. */
export function sendFile(
  { headers }: IncomingMessage,
  response: ServerResponse,
  content: Buffer,
  until = content.length,
  arrived: () => number = () => 0,
): void {
  const etag = etagOf(content);
  response.setHeader('etag', etag);
  if (headers['if-none-match'] === etag) return void response.writeHead(304).end();
  if (headers['if-match'] !== undefined && headers['if-match'] !== etag) {
    return void response.writeHead(412).end();
  }
  const from = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0);
  response.setHeader('content-length', content.length - from);
  if (from > 0) response.setHeader('content-range', `bytes ${from}-${content.length - 1}/${content.length}`);
  response.writeHead(from > 0 ? 206 : 200);
  if (until >= content.length) response.end(content.subarray(from));
  else breakAfter(response, content.subarray(from, until), () => arrived() > from);
}

/** Sends the bytes, and breaks the connection as soon as `isTime` says so. */
export function breakAfter(response: ServerResponse, bytes: Buffer, isTime: () => boolean): void {
  response.write(bytes);
  const timer = setInterval(() => isTime() && response.destroy(), 2);
  response.on('close', () => clearInterval(timer));
}
