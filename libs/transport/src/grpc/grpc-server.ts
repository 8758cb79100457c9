import { once } from 'node:events';
import { createServer } from 'node:net';
import { Server, ServerCredentials } from '@grpc/grpc-js';

const UNLIMITED = -1;
const CLOSE_MS = 15_000;

/** Larger messages are refused with RESOURCE_EXHAUSTED. Of what is limited per connection, a peer that vanished is found out by pings. */
export function createGrpcServer(maxMessageBytes: number): Server {
  return new Server({
    'grpc.max_receive_message_length': maxMessageBytes,
    'grpc.max_send_message_length': UNLIMITED,
    'grpc.max_concurrent_streams': 1000,
    'grpc.keepalive_time_ms': 60_000,
    'grpc.keepalive_timeout_ms': 20_000,
    'grpc.enable_channelz': 0,
  });
}

/** Gives the port, which for 0 is a free one. Rejects as `net.Server.listen` does. */
export async function listenGrpc(server: Server, port: number, host: string): Promise<number> {
  await checkFree(port, host);
  const address = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  return new Promise((resolve, reject) => {
    server.bindAsync(address, ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
}

/** Takes no new calls and waits up to 15 seconds for those that are on their way. */
export async function closeGrpc(server: Server): Promise<void> {
  const timer = setTimeout(() => server.forceShutdown(), CLOSE_MS);
  await new Promise<void>((resolve) => server.tryShutdown(() => resolve()));
  clearTimeout(timer);
}

/** What grpc-js says of a port in use carries neither the code nor the port. */
async function checkFree(port: number, host: string): Promise<void> {
  const probe = createServer().listen(port, host);
  await once(probe, 'listening');
  probe.close();
  await once(probe, 'close');
}
