import type { DescMethodUnary } from '@bufbuild/protobuf';
import type { Client, Metadata } from '@grpc/grpc-js';
import { type Codec, Message } from '#protocol';
import { methodPath } from './package-definition.js';

export interface UnaryCallOptions {
  readonly metadata: Metadata;
  /** In milliseconds since 1970. */
  readonly deadline: number;
  /** The node whose answer it will be. */
  readonly origin: string;
  /** Of the answer. */
  readonly codec: Codec;
}

/** One call with a packed request. Rejects with grpc-js's `ServiceError`. */
export function unaryCall(
  client: Client,
  method: DescMethodUnary,
  request: Buffer,
  { metadata, deadline, origin, codec }: UnaryCallOptions,
): Promise<Message> {
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest<Buffer, Message>(
      methodPath(method),
      (bytes) => bytes,
      (bytes) => Message.ofPacked(bytes, codec, origin),
      request,
      metadata,
      { deadline },
      (error, answer) => (error ? reject(error) : resolve(answer!)),
    );
  });
}
