import type { DescMethodUnary } from '@bufbuild/protobuf';
import type { Client, Metadata } from '@grpc/grpc-js';
import { Message } from '#protocol';
import { type CodecOf, methodPath } from './package-definition.js';

export interface UnaryCallOptions {
  readonly metadata: Metadata;
  /** In milliseconds since 1970. */
  readonly deadline: number;
  /** The node whose answer it will be. */
  readonly origin: string;
  readonly codecOf: CodecOf;
}

/** One call with a packed request. Rejects with grpc-js's `ServiceError`. */
export function unaryCall(
  client: Client,
  method: DescMethodUnary,
  request: Buffer,
  { metadata, deadline, origin, codecOf }: UnaryCallOptions,
): Promise<Message> {
  const codec = codecOf(method.output);
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
