import type { DescMethodUnary, DescService } from '@bufbuild/protobuf';
import type { Codec, Message, ProtocolName, Service } from '#protocol';

/** What a request names. */
export interface Target {
  /** A node or a model, as it would stand in a path. */
  readonly name?: string | undefined;
  /** As `versions/2`. */
  readonly version?: string | undefined;
}

/** One method of the engine: the service that answers it, and how that answer becomes the method's. */
export interface Rpc {
  readonly method: DescMethodUnary;
  readonly service: Service;
  targetOf?(request: Message): Target;
  replyOf(answer: Message, request: Message): Message;
  /** The reply of a deployment that is not ready; without one that is a failure. */
  readonly notReady?: Message;
}

/** A gRPC service of the engine, for the deployments of one protocol. */
export interface RpcService {
  readonly protocol: ProtocolName;
  readonly service: DescService;
  readonly codecOf: (type: DescMethodUnary['output']) => Codec;
  readonly rpcs: readonly Rpc[];
}
