import { posix } from 'node:path';
import type { Readable } from 'node:stream';
import { type Agent, request } from 'undici';
import { checkHost, guardedAgent } from '../address/guarded-agent.js';
import { ArtefactError, messageOf, PassingFailure, RefusedRedirectError } from '../errors.js';
import type { Found, Opened, RemoteObject, Source, Wanted } from './source.js';
import { failureOfStatus } from './statuses.js';

export interface HttpRules {
  readonly allowPrivate: boolean;
  readonly maxRedirects: number;
  readonly idleMs: number;
}

type Answer = Awaited<ReturnType<typeof request>>;

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** One file by http(s). Every hop of a redirect is checked like the URI itself. */
export class HttpSource implements Source {
  readonly identity = '';
  private readonly agent: Agent;

  constructor(
    private readonly url: URL,
    private readonly shown: string,
    private readonly rules: HttpRules,
  ) {
    this.agent = guardedAgent(shown, rules);
  }

  async find(): Promise<Found> {
    const path = decode(posix.basename(this.url.pathname)) || 'artefact';
    return { isFolder: false, objects: [{ path, key: path, size: undefined, version: undefined }] };
  }

  async open(object: RemoteObject, wanted: Wanted, signal: AbortSignal | undefined): Promise<Opened | null> {
    const resumable = wanted.from > 0 && wanted.match !== undefined;
    const answer = await this.follow(headersFor(wanted, resumable), signal);
    const { statusCode } = answer;
    if (statusCode === 200) return opened(answer, 0);
    if (statusCode === 206 && resumable && startOf(answer) === wanted.from)
      return opened(answer, wanted.from);
    await answer.body.dump();
    if (statusCode === 304 && wanted.unless !== undefined) return null;
    if (resumable && (statusCode === 206 || statusCode === 412 || statusCode === 416)) {
      return this.open(object, { from: 0, match: undefined, unless: undefined }, signal);
    }
    throw failureOfStatus(this.shown, statusCode);
  }

  failureOfBody(): null {
    return null;
  }

  close(): Promise<void> {
    return this.agent.destroy();
  }

  private async follow(headers: Record<string, string>, signal: AbortSignal | undefined): Promise<Answer> {
    let url = this.url;
    for (let redirects = 0; ; redirects++) {
      if (!this.rules.allowPrivate) checkHost(url, this.shown);
      const answer = await this.ask(url, headers, signal);
      if (!REDIRECTS.has(answer.statusCode)) return answer;
      await answer.body.dump();
      url = this.nextOf(url, answer.headers.location, redirects + 1);
    }
  }

  private async ask(
    url: URL,
    headers: Record<string, string>,
    signal: AbortSignal | undefined,
  ): Promise<Answer> {
    try {
      return await request(url, { headers, signal, dispatcher: this.agent });
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof ArtefactError) throw error;
      throw new PassingFailure(messageOf(error), { cause: error });
    }
  }

  private nextOf(from: URL, location: string | string[] | undefined, redirects: number): URL {
    const refuse = (expected: string, got: string) =>
      new RefusedRedirectError(this.shown, 'redirect', expected, got);
    const { maxRedirects } = this.rules;
    if (redirects > maxRedirects) throw refuse(`at most ${maxRedirects} hops`, `${redirects}`);
    if (typeof location !== 'string' || !URL.canParse(location, from.href)) {
      throw refuse('to a URL', String(location ?? 'no location'));
    }
    const to = new URL(location, from);
    if (to.protocol !== 'https:' && (to.protocol !== 'http:' || from.protocol === 'https:')) {
      throw refuse(`to ${from.protocol === 'https:' ? 'https' : 'http or https'}`, to.protocol.slice(0, -1));
    }
    return to;
  }
}

function headersFor({ from, match, unless }: Wanted, resumable: boolean): Record<string, string> {
  const headers: Record<string, string> = { 'accept-encoding': 'identity', 'user-agent': 'switchyard' };
  if (resumable) return { ...headers, range: `bytes=${from}-`, 'if-match': match! };
  return unless === undefined ? headers : { ...headers, 'if-none-match': unless };
}

function opened({ body, headers }: Answer, from: number): Opened {
  const length =
    typeof headers['content-length'] === 'string' ? Number(headers['content-length']) : undefined;
  const etag = headers.etag;
  return {
    body: body as Readable,
    from,
    size: length === undefined ? undefined : from + length,
    // Of a weak one the bytes may differ.
    version: typeof etag === 'string' && !etag.startsWith('W/') ? etag : undefined,
  };
}

function startOf({ headers }: Answer): number {
  return Number(/^bytes (\d+)-/.exec(String(headers['content-range']))?.[1] ?? Number.NaN);
}

function decode(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
