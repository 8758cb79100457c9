import type { DescMethod } from '@bufbuild/protobuf';
import { MessagePattern, Transport } from '@nestjs/microservices';

/** As `@GrpcMethod`, but for several methods. */
export function SeldonMethod(...methods: readonly DescMethod[]): MethodDecorator {
  const patterns = methods.map(({ parent, name }) => ({
    service: parent.name,
    rpc: name,
    streaming: 'no_stream',
  }));
  return MessagePattern(patterns, Transport.GRPC);
}
