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
import { type Message, seldonCodec } from '#protocol';
import { methodPath } from '#transport';
import { InvalidPredictionIdError } from '../data-plane/errors.js';
import { Exchange } from '../data-plane/exchange.js';
import { isExpected } from '../data-plane/failures.js';
import type { Handlers } from '../data-plane/handler.js';
import { isPredictionId, newPredictionId } from '../data-plane/prediction-id.js';
import type { ServedDeployment } from '../deployments/served-deployment.js';
import type { RequestDurations } from '../metrics/request-durations.js';
import { deploymentOf } from './deployment-of.js';
import { grpcFailure } from './grpc-failure.js';
import { headersOf, metadataOf } from './headers-of.js';
import { RPCS, type Rpc } from './rpcs.js';

type Call = ServerUnaryCall<Message, Message>;

interface Reply {
  readonly message: Message;
  readonly metadata: Metadata;
}

interface Outcome {
  /** Undefined where the call leads to no deployment. */
  readonly exchange: Exchange | undefined;
  readonly failure: StatusObject | null;
  readonly reply: Reply | null;
}

/** `seldon.protos.Seldon`, by the same handlers as over REST. */
export class SeldonRpc {
  private readonly logger = new Logger(SeldonRpc.name);

  constructor(
    private readonly deployments: readonly ServedDeployment[],
    private readonly handlers: Handlers,
    private readonly durations: RequestDurations,
  ) {}

  implementation(): UntypedServiceImplementation {
    return Object.fromEntries(
      RPCS.map((rpc) => [
        rpc.method.name,
        (call: Call, send: sendUnaryData<Message>) => void this.serve(rpc, call, send),
      ]),
    );
  }

  private async serve(rpc: Rpc, call: Call, send: sendUnaryData<Message>): Promise<void> {
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

  private async outcome(rpc: Rpc, call: Call, headers: IncomingHttpHeaders, puid: string): Promise<Outcome> {
    let exchange: Exchange | undefined;
    try {
      const deployment = deploymentOf(this.deployments, headers);
      const deadline = Number(call.getDeadline());
      exchange = new Exchange(deployment, puid, headers, rpc.nodeOf?.(call.request), deadline);
      return { exchange, failure: null, reply: await this.reply(rpc, exchange, call.request) };
    } catch (error) {
      if (!isExpected(error)) this.logger.error(error);
      return { exchange, failure: grpcFailure(error), reply: null };
    }
  }

  private async reply(rpc: Rpc, exchange: Exchange, request: Message): Promise<Reply> {
    const given = exchange.headers['seldon-puid'];
    if (given !== undefined && given !== exchange.puid) throw new InvalidPredictionIdError(String(given));
    const answer = await this.handlers[rpc.service].answer(exchange, request);
    const message = rpc.replyOf(answer.message, request).withOrigin(rootOf(exchange));
    message.packedBy(seldonCodec(rpc.method.output));
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
