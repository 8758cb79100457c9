import type { IncomingMessage } from 'node:http';
import { BodyTooLargeError, ClientGoneError } from './errors.js';

const EMPTY = Buffer.alloc(0);
const READER = Symbol('reader');

type Incoming = IncomingMessage & { [READER]?: BodyReader };

/**
 * The whole body. Rejects with `BodyTooLargeError` as soon as the limit is known to be passed; the rest is then read
 * and thrown away, so that the client gets the answer and may go on using its connection.
 */
export function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const announced = Number(request.headers['content-length'] ?? Number.NaN);
  if (announced > limit) {
    request.resume();
    return Promise.reject(new BodyTooLargeError(limit, announced));
  }
  return new Promise((resolve, reject) => {
    new BodyReader(request, limit, resolve, reject).start();
  });
}

class BodyReader {
  private readonly chunks: Buffer[] = [];
  private length = 0;

  constructor(
    private readonly request: Incoming,
    private readonly limit: number,
    private readonly resolve: (body: Buffer) => void,
    private readonly reject: (error: Error) => void,
  ) {}

  start(): void {
    this.request[READER] = this;
    this.request.on('data', onData).on('end', onEnd).on('close', onClose).on('error', onClose);
  }

  take(chunk: Buffer): void {
    this.length += chunk.length;
    if (this.length <= this.limit) {
      this.chunks.push(chunk);
      return;
    }
    this.chunks.length = 0;
    this.request.off('data', onData).resume();
    this.reject(new BodyTooLargeError(this.limit, undefined));
  }

  end(): void {
    const [first = EMPTY] = this.chunks;
    this.resolve(this.chunks.length > 1 ? Buffer.concat(this.chunks, this.length) : first);
  }

  close(): void {
    if (!this.request.complete) this.reject(new ClientGoneError());
  }
}

function onData(this: Incoming, chunk: Buffer): void {
  this[READER]!.take(chunk);
}

function onEnd(this: Incoming): void {
  this[READER]!.end();
}

function onClose(this: Incoming): void {
  this[READER]!.close();
}
