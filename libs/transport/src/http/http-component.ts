import { Pool } from 'undici';
import { type Call, Component, ComponentError } from '#graph';
import { type ComponentCall, type Dialect, dialects, Message, messageList } from '#protocol';
import { messageOf } from '#sdk';
import { CallTimeoutError } from '../deadline.js';
import { CONNECT_TIMEOUT_MS, causeOf, reachable } from '../reachable.js';
import { takeRoute } from '../take-route.js';
import { Exchange, type HttpAnswer } from './exchange.js';
import { requestHeaders } from './request-headers.js';

const MAX_RESPONSE_BYTES = 64 * 1024 * 1024;
/** Shorter than gunicorn's 2 s, so that no request is written to a connection that is just being closed. */
const KEEP_ALIVE_MS = 1_000;
const MAX_CONNECTIONS = 256;
const QUOTED_CHARACTERS = 200;
/** HTTP statuses that cannot carry the explanation to the client. */
const WITHOUT_BODY = new Set([204, 205, 304]);

/** The calls without a message. */
const ASKING: ReadonlySet<ComponentCall> = new Set<ComponentCall>(['status', 'metadata']);

/** What a component behind HTTP speaks. */
export interface Speech {
  readonly dialect: Dialect;
  /** The model to ask for, whatever the client named; without one the client's, or else the node's name. */
  readonly model?: string | undefined;
}

const SELDON: Speech = { dialect: dialects.seldon };

const [SPACE, OBJECT, ARRAY] = Buffer.from(' {[') as unknown as [number, number, number];

/** A component behind HTTP. Bodies pass through as bytes; nothing is ever tried twice. */
export class HttpComponent extends Component {
  private readonly pool: Pool;
  private readonly url: URL;
  private readonly prefix: string;

  constructor(
    private readonly node: string,
    baseUrl: string,
    private readonly timeoutMs: number,
    private readonly speech: Speech = SELDON,
  ) {
    super();
    this.url = new URL(baseUrl);
    this.prefix = this.url.pathname.replace(/\/+$/, '');
    this.pool = new Pool(this.url.origin, {
      connections: MAX_CONNECTIONS,
      connect: { timeout: Math.min(CONNECT_TIMEOUT_MS, timeoutMs) },
      keepAliveTimeout: KEEP_ALIVE_MS,
      maxResponseSize: MAX_RESPONSE_BYTES,
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }

  override predict(message: Message, call: Call): Promise<Message> {
    return this.post('predict', this.speech.dialect.toRequest(message), call);
  }

  override transformInput(message: Message, call: Call): Promise<Message> {
    return this.post('transformInput', this.speech.dialect.toRequest(message), call);
  }

  override transformOutput(message: Message, call: Call): Promise<Message> {
    return this.post('transformOutput', this.speech.dialect.toRequest(message), call);
  }

  override async route(message: Message, call: Call): Promise<number> {
    const answer = await this.post('route', this.speech.dialect.toRequest(message), call);
    try {
      return takeRoute(this.node, message, answer, call, this.speech.dialect.readRoute);
    } catch (error) {
      throw this.failure(
        'route',
        call,
        500,
        `the answer is no route: ${messageOf(error)}`,
        'MICROSERVICE_BAD_ROUTE',
      );
    }
  }

  override aggregate(messages: readonly Message[], call: Call): Promise<Message> {
    return this.post('aggregate', messageList(messages), call);
  }

  override sendFeedback(feedback: Message, call: Call): Promise<Message> {
    if (!this.speech.dialect.sendsFeedback) return super.sendFeedback(feedback, call);
    return this.post('sendFeedback', feedback, call);
  }

  override status(call: Call): Promise<Message> {
    return this.ask('status', call);
  }

  override metadata(call: Call): Promise<Message> {
    return this.ask('metadata', call);
  }

  override async ready(): Promise<void> {
    const port = Number(this.url.port) || (this.url.protocol === 'https:' ? 443 : 80);
    try {
      await reachable(this.url.hostname, port);
    } catch (error) {
      throw new Error(`${this.node}: ${this.url.href} does not answer: ${messageOf(error)}`);
    }
  }

  override close(): Promise<void> {
    return this.pool.destroy();
  }

  private async post(method: ComponentCall, message: Message, call: Call): Promise<Message> {
    const { status, contentType, body } = await this.exchange(method, message, call);
    if (status !== 200) throw this.refusal(method, call, status, body, contentType);
    if (method !== 'sendFeedback' && isJson(message.contentType) && !mayBeJson(body)) {
      const problem = `it answered ${contentType ?? 'without a content type'}, expected JSON: ${quoted(body)}`;
      throw this.failure(method, call, 500, problem, 'MICROSERVICE_BAD_DATA');
    }
    return Message.ofBytes(body, contentType, this.node);
  }

  private async ask(method: ComponentCall, call: Call): Promise<Message> {
    const { status, contentType, body } = await this.exchange(method, undefined, call);
    if (status !== 200) throw this.refusal(method, call, status, body, contentType);
    return Message.ofBytes(body, contentType, this.node);
  }

  private async exchange(
    method: ComponentCall,
    message: Message | undefined,
    call: Call,
  ): Promise<HttpAnswer> {
    // What cannot be written as JSON is no fault of this component.
    const body = message?.bytes;
    try {
      return await new Promise<HttpAnswer>((resolve, reject) => {
        this.pool.dispatch(
          {
            method: verbOf(method),
            path: this.pathOf(method, call),
            headers: requestHeaders(message, call),
            body,
          },
          new Exchange(this.patienceFor(call), resolve, reject),
        );
      });
    } catch (error) {
      const reason = error instanceof CallTimeoutError ? 'MICROSERVICE_TIMEOUT' : 'MICROSERVICE_UNREACHABLE';
      throw this.failure(method, call, 500, causeOf(error), reason);
    }
  }

  /** In milliseconds; nobody waits for an answer after the client has gone. */
  private patienceFor({ deadline }: Call): number {
    return Math.max(1, Math.min(this.timeoutMs, deadline - Date.now()));
  }

  private refusal(
    method: ComponentCall,
    call: Call,
    status: number,
    body: Buffer,
    contentType: string | undefined,
  ): ComponentError {
    const code = status >= 200 && !WITHOUT_BODY.has(status) ? status : 500;
    const message = Message.ofBytes(body, contentType);
    const said = isJsonObject(message) ? message : undefined;
    const problem = `it answered ${status}: ${quoted(body)}`;
    return this.failure(method, call, code, problem, 'MICROSERVICE_FAILED', said);
  }

  private failure(
    method: ComponentCall,
    call: Call,
    status: number,
    problem: string,
    reason: string,
    body?: Message,
  ): ComponentError {
    const info = `${this.node}: ${verbOf(method)} ${this.url.origin}${this.pathOf(method, call)}: ${problem}`;
    return new ComponentError(this.node, method, status, info, reason, body);
  }

  private pathOf(method: ComponentCall, { model }: Call): string {
    return this.prefix + this.speech.dialect.callPath(method, this.speech.model ?? model ?? this.node);
  }
}

function verbOf(method: ComponentCall): 'GET' | 'POST' {
  return ASKING.has(method) ? 'GET' : 'POST';
}

function quoted(body: Buffer): string {
  return body.subarray(0, QUOTED_CHARACTERS).toString('utf8').trim() || '(empty)';
}

function isJson(contentType: string): boolean {
  return contentType.includes('json');
}

/** By the first character: whoever reads the body sees the rest, and nobody else should have to parse it. */
function mayBeJson(body: Buffer): boolean {
  const first = body.find((byte) => byte > SPACE);
  return first === OBJECT || first === ARRAY;
}

function isJsonObject(message: Message): boolean {
  try {
    return typeof message.value === 'object' && message.value !== null && !Array.isArray(message.value);
  } catch {
    return false;
  }
}
