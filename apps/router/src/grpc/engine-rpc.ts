import type { IncomingHttpHeaders } from 'node:http';
import {
  type Metadata,
  type ServerUnaryCall,
  type StatusObject,
  type sendUnaryData,
  status,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { Logger } from '@nestjs/common';
import type { Codec, Message, ProtocolName } from '#protocol';
import { methodPath } from '#transport';
import { InvalidPredictionIdError, NotReadyError } from '../data-plane/errors.js';
import { Exchange } from '../data-plane/exchange.js';
import { isExpected } from '../data-plane/failures.js';
import type { Handlers } from '../data-plane/handler.js';
import { isPredictionId, newPredictionId } from '../data-plane/prediction-id.js';
import type { Deployments } from '../deployments/deployments.js';
import type { RequestDurations } from '../metrics/request-durations.js';
import { deploymentOf } from './deployment-of.js';
import { grpcFailure } from './grpc-failure.js';
import { headersOf, metadataOf } from './headers-of.js';
import type { Rpc, RpcService } from './rpc.js';

type Call = ServerUnaryCall<Message, Message>;

interface Reply {
  readonly message: Message;
  readonly metadata: Metadata;
}

/** An rpc of one protocol, for the deployments that speak it. */
interface ServedRpc extends Rpc {
  readonly codec: Codec;
  readonly protocol: ProtocolName;
}

interface Outcome {
  /** Undefined where the call leads to no deployment. */
  readonly exchange: Exchange | undefined;
  readonly failure: StatusObject | null;
  readonly reply: Reply | null;
}

/** The engine's gRPC services, by the same handlers as over REST. */
export class EngineRpc {
  private readonly logger = new Logger(EngineRpc.name);

  constructor(
    private readonly deployments: Deployments,
    private readonly handlers: Handlers,
    private readonly durations: RequestDurations,
  ) {}

  speaks(protocol: ProtocolName): boolean {
    return this.deployments.graph.speak(protocol).length > 0;
  }

  implementation({ protocol, codecOf, rpcs }: RpcService): UntypedServiceImplementation {
    return Object.fromEntries(
      rpcs.map((rpc) => {
        const served: ServedRpc = { ...rpc, codec: codecOf(rpc.method.output), protocol };
        const handle = (call: Call, send: sendUnaryData<Message>) => void this.serve(served, call, send);
        return [rpc.method.name, handle];
      }),
    );
  }

  private async serve(rpc: ServedRpc, call: Call, send: sendUnaryData<Message>): Promise<void> {
    const started = performance.now();
    const headers = headersOf(call.metadata);
    const puid = puidOf(headers);
    const { exchange, failure, reply } = await this.outcome(rpc, call, headers, puid);
    const metadata = reply?.metadata ?? metadataOf([]);
    metadata.set('seldon-puid', puid);
    call.sendMetadata(metadata);
    send(failure, reply?.message);
    if (exchange === undefined) return;
    const code = call.cancelled ? status.CANCELLED : (failure?.code ?? status.OK);
    const seconds = (performance.now() - started) / 1000;
    this.durations.observe(exchange, methodPath(rpc.method), 'unary', status[code], seconds);
  }

  private async outcome(
    rpc: ServedRpc,
    call: Call,
    headers: IncomingHttpHeaders,
    puid: string,
  ): Promise<Outcome> {
    let exchange: Exchange | undefined;
    try {
      const deployment = deploymentOf(this.deployments.graph.speak(rpc.protocol), headers);
      const { name, version } = rpc.targetOf?.(call.request) ?? {};
      exchange = new Exchange(deployment, puid, headers, name, Number(call.getDeadline()), version);
      deployment.enter();
      return { exchange, failure: null, reply: await this.reply(rpc, exchange, call.request) };
    } catch (error) {
      if (error instanceof NotReadyError && rpc.notReady !== undefined) {
        return { exchange, failure: null, reply: { message: rpc.notReady, metadata: metadataOf([]) } };
      }
      if (!isExpected(error)) this.logger.error(error);
      return { exchange, failure: grpcFailure(error), reply: null };
    } finally {
      exchange?.deployment.leave();
    }
  }

  private async reply(rpc: ServedRpc, exchange: Exchange, request: Message): Promise<Reply> {
    const given = exchange.headers['seldon-puid'];
    if (given !== undefined && given !== exchange.puid) throw new InvalidPredictionIdError(String(given));
    const answer = await this.handlers[rpc.service].answer(exchange, request);
    const message = rpc.replyOf(answer.message, request).withOrigin(rootOf(exchange));
    message.packedBy(rpc.codec);
    return { message, metadata: metadataOf(answer.headers) };
  }
}

/** The client's own when it is valid, or a new one. */
function puidOf({ 'seldon-puid': given }: IncomingHttpHeaders): string {
  return typeof given === 'string' && isPredictionId(given) ? given : newPredictionId();
}

/** Whose answer it is in the end. */
function rootOf({ deployment, predictor }: Exchange): string {
  return deployment.predictors.find(({ name }) => name === predictor)?.root.node.name ?? deployment.name;
}
