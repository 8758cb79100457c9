import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import type { Counter } from 'prom-client';
import type { ClusterAccess } from './cluster-access.js';
import { ApiError } from './errors.js';

const ACCESS_MS = 60_000;
const CALL_TIMEOUT_MS = 30_000;
/** The API server sends a bookmark every minute. */
const WATCH_IDLE_MS = 150_000;
const MAX_ANSWER = 64 * 1024 * 1024;

export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With its query. */
  readonly path: string;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly timeoutMs?: number;
}

/** Calls of one API server, over connections that are kept. */
export class KubernetesClient {
  private access: Promise<ClusterAccess> | null = null;
  private agent: { readonly id: string; readonly agent: Agent } | null = null;
  private readAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly readAccess: () => Promise<ClusterAccess>,
    /** By `method` and `code`; 0 where no answer came. */
    private readonly calls: Counter<'method' | 'code'>,
  ) {}

  /** The namespace that the access names. */
  async namespace(): Promise<string> {
    return (await this.currentAccess()).namespace;
  }

  /** The parsed answer. Throws `ApiError`. */
  async call<T>(call: Call): Promise<T> {
    const response = await this.send(call, AbortSignal.timeout(call.timeoutMs ?? CALL_TIMEOUT_MS));
    const text = await bodyOf(response, call);
    if (response.statusCode! < 300) return JSON.parse(text) as T;
    if (response.statusCode === 401) this.readAt = Number.NEGATIVE_INFINITY;
    throw errorOf(call, response.statusCode!, text);
  }

  /** The lines of an answer that goes on until the server or `signal` ends it. Throws `ApiError`. */
  async *lines(path: string, signal: AbortSignal): AsyncGenerator<string> {
    const call: Call = { method: 'GET', path };
    const response = await this.send(call, signal);
    if (response.statusCode! >= 300) throw errorOf(call, response.statusCode!, await bodyOf(response, call));
    response.socket.setTimeout(WATCH_IDLE_MS, () => response.destroy(new Error('nothing came any more')));
    try {
      yield* linesOf(response);
    } catch (error) {
      throw new ApiError(nameOf(call), 0, 'Unreachable', (error as Error).message);
    } finally {
      response.destroy();
    }
  }

  close(): void {
    this.agent?.agent.destroy();
  }

  private async send(call: Call, signal: AbortSignal): Promise<IncomingMessage> {
    const access = await this.currentAccess();
    const text = call.body === undefined ? undefined : JSON.stringify(call.body);
    const headers = {
      accept: 'application/json',
      ...(access.token && { authorization: `Bearer ${access.token}` }),
      // Node gives the body of a DELETE no length by itself, and the server takes it for the next request.
      ...(text !== undefined && {
        'content-type': call.contentType ?? 'application/json',
        'content-length': Buffer.byteLength(text),
      }),
    };
    return new Promise((resolve, reject) => {
      const options = { method: call.method, headers, agent: this.agentFor(access), signal };
      request(`${access.url}${call.path}`, options, (response) => {
        this.calls.inc({ method: call.method, code: response.statusCode! });
        resolve(response);
      })
        .on('error', (error) => {
          this.calls.inc({ method: call.method, code: 0 });
          reject(new ApiError(nameOf(call), 0, 'Unreachable', error.message || String(error)));
        })
        .end(text);
    });
  }

  private currentAccess(): Promise<ClusterAccess> {
    const now = performance.now();
    if (this.access === null || now - this.readAt > ACCESS_MS) {
      this.readAt = now;
      this.access = this.readAccess();
      this.access.catch(() => {
        this.readAt = Number.NEGATIVE_INFINITY;
      });
    }
    return this.access;
  }

  /** One for as long as the certificates stay the same. */
  private agentFor({ ca, cert, key, serverName, skipVerification }: ClusterAccess): Agent {
    const id = JSON.stringify([ca, cert, key, serverName, skipVerification]);
    if (this.agent?.id !== id) {
      const agent = new Agent({
        keepAlive: true,
        ...(ca && { ca }),
        ...(cert && { cert }),
        ...(key && { key }),
        ...(serverName && { servername: serverName }),
        rejectUnauthorized: !skipVerification,
      });
      this.agent = { id, agent };
    }
    return this.agent.agent;
  }
}

async function bodyOf(response: IncomingMessage, call: Call): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      length += chunk.length;
      if (length > MAX_ANSWER) throw new Error(`expected at most ${MAX_ANSWER} bytes`);
    }
  } catch (error) {
    throw new ApiError(nameOf(call), 0, 'Unreachable', (error as Error).message);
  }
  return Buffer.concat(chunks).toString();
}

async function* linesOf(response: IncomingMessage): AsyncGenerator<string> {
  let rest = '';
  response.setEncoding('utf8');
  for await (const text of response as AsyncIterable<string>) {
    const lines = (rest + text).split('\n');
    rest = lines.pop()!;
    if (rest.length > MAX_ANSWER) throw new Error(`expected lines of at most ${MAX_ANSWER} characters`);
    yield* lines.filter((line) => line !== '');
  }
}

/** The API server explains itself in a Status; a proxy before it may not. */
function errorOf(call: Call, status: number, text: string): ApiError {
  let explained: { readonly reason?: string; readonly message?: string } = {};
  try {
    explained = JSON.parse(text);
  } catch {}
  const { reason = 'Unknown', message = text.slice(0, 1000) } = explained;
  return new ApiError(nameOf(call), status, reason, message || `HTTP ${status}`);
}

function nameOf({ method, path }: Call): string {
  return `${method} ${path.replace(/\?.*/, '')}`;
}
