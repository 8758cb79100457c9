import type { DescMethodUnary } from '@bufbuild/protobuf';
import { Client, credentials, type ServiceError, status } from '@grpc/grpc-js';
import { type Call, Component, ComponentError } from '#graph';
import {
  type Codec,
  type ComponentCall,
  feedbackCodec,
  type Message,
  packMessageList,
  type RelayedCall,
} from '#protocol';
import { messageOf } from '#sdk';
import { CONNECT_TIMEOUT_MS, reachable } from '../reachable.js';
import { takeRoute } from '../take-route.js';
import { channelOptions } from './channel-options.js';
import { type GrpcSpeech, seldonSpeech } from './grpc-speech.js';
import { methodPath } from './package-definition.js';
import { requestMetadata } from './request-metadata.js';
import { httpStatusOf } from './status-codes.js';
import { unaryCall } from './unary-call.js';

/** With these it was not the component that refused; what REST clients see is the same as without gRPC. */
const REASONS: Readonly<Partial<Record<status, string>>> = {
  [status.UNAVAILABLE]: 'MICROSERVICE_UNREACHABLE',
  [status.DEADLINE_EXCEEDED]: 'MICROSERVICE_TIMEOUT',
};

type Transform = 'predict' | 'transformInput' | 'transformOutput';
type RpcCall = ComponentCall | RelayedCall;

export interface GrpcLimits {
  /** For one call; a client that waits less has its way. */
  readonly timeoutMs: number;
  /** Of an answer. */
  readonly maxMessageBytes: number;
}

/** A component behind gRPC, over one connection. Packed messages pass through; nothing is ever tried twice. */
export class GrpcComponent extends Component {
  private readonly client: Client;
  private readonly url: URL;
  /** Only calls that the protocol has are sent. */
  private readonly methods: Readonly<Partial<Record<RpcCall, DescMethodUnary>>>;

  constructor(
    private readonly node: string,
    /** `grpc://host:port` */
    url: string,
    private readonly limits: GrpcLimits,
    private readonly speech: GrpcSpeech = seldonSpeech,
  ) {
    super();
    this.url = new URL(url);
    this.methods = { ...speech.methods, ...speech.relayed };
    const options = channelOptions(limits.maxMessageBytes);
    this.client = new Client(`dns:${this.url.host}`, credentials.createInsecure(), options);
  }

  override async predict(message: Message, call: Call): Promise<Message> {
    return this.transform('predict', message, call);
  }

  override async transformInput(message: Message, call: Call): Promise<Message> {
    return this.transform('transformInput', message, call);
  }

  override async transformOutput(message: Message, call: Call): Promise<Message> {
    return this.transform('transformOutput', message, call);
  }

  override async route(message: Message, call: Call): Promise<number> {
    const answer = await this.send('route', this.speech.pack(message, call), call);
    try {
      return takeRoute(this.node, message, answer, call);
    } catch (error) {
      const info = this.infoOf('route', `the answer is no route: ${messageOf(error)}`);
      throw new ComponentError(this.node, 'route', 500, info, 'MICROSERVICE_BAD_ROUTE');
    }
  }

  override async aggregate(messages: readonly Message[], call: Call): Promise<Message> {
    return this.send('aggregate', packMessageList(messages), call);
  }

  override async sendFeedback(feedback: Message, call: Call): Promise<Message> {
    if (this.speech.methods.sendFeedback === undefined) return super.sendFeedback(feedback, call);
    return this.send('sendFeedback', feedback.packedBy(feedbackCodec), call);
  }

  override async status(call: Call): Promise<Message | null> {
    return this.speech.packStatus ? this.send('status', this.speech.packStatus(call), call) : null;
  }

  override async metadata(call: Call): Promise<Message> {
    const answer = await this.send('metadata', this.speech.packMetadata(call), call);
    return this.speech.readMetadata(answer, this.node);
  }

  override async relay(name: RelayedCall, message: Message, call: Call): Promise<Message | null> {
    return this.speech.packRelayed ? this.send(name, this.speech.packRelayed(name, message), call) : null;
  }

  override async ready(): Promise<void> {
    try {
      await reachable(this.url.hostname, Number(this.url.port));
      await this.connected();
    } catch (error) {
      throw new Error(`${this.node}: ${this.url.href} does not answer: ${messageOf(error)}`);
    }
  }

  override async close(): Promise<void> {
    this.client.close();
  }

  private connected(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.client.waitForReady(Date.now() + CONNECT_TIMEOUT_MS, (error) =>
        error ? reject(error) : resolve(),
      );
    });
  }

  private async transform(name: Transform, message: Message, call: Call): Promise<Message> {
    const request = this.speech.pack(message, call);
    return this.send(name, request, call, this.speech.answerCodecOf?.(message));
  }

  private async send(name: RpcCall, request: Buffer, call: Call, answerCodec?: Codec): Promise<Message> {
    const method = this.methods[name]!;
    const options = {
      metadata: requestMetadata(call),
      deadline: Math.min(Date.now() + this.limits.timeoutMs, call.deadline),
      origin: this.node,
      codec: answerCodec ?? this.speech.codecOf(method.output),
    };
    try {
      return await unaryCall(this.client, method, request, options);
    } catch (error) {
      throw this.failure(name, error as ServiceError);
    }
  }

  private failure(name: RpcCall, { code, details }: ServiceError): ComponentError {
    const reason = REASONS[code];
    const info = this.infoOf(name, `${status[code]}: ${details}`);
    const http = reason === undefined ? httpStatusOf(code) : 500;
    const rpc = { code, details: reason === undefined ? details : info };
    return new ComponentError(this.node, name, http, info, reason ?? 'MICROSERVICE_FAILED', undefined, rpc);
  }

  private infoOf(name: RpcCall, problem: string): string {
    return `${this.node}: ${methodPath(this.methods[name]!)} of ${this.url.href}: ${problem}`;
  }
}
