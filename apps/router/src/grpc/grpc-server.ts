import { once } from 'node:events';
import { createServer } from 'node:net';
import { Server, ServerCredentials, type ServerOptions } from '@grpc/grpc-js';
import { seldonCodec, seldonServices } from '#protocol';
import { InspectionServices, packageDefinition, serviceDefinition } from '#transport';
import type { SeldonRpc } from './seldon-rpc.js';

const UNLIMITED = -1;
const CLOSE_MS = 15_000;

/** Of one connection; a peer that vanished is found out by pings. */
const LIMITS: ServerOptions = {
  'grpc.max_concurrent_streams': 1000,
  'grpc.max_send_message_length': UNLIMITED,
  'grpc.keepalive_time_ms': 60_000,
  'grpc.keepalive_timeout_ms': 20_000,
  'grpc.enable_channelz': 0,
};

const { Seldon } = seldonServices;

/** Seldon's engine over gRPC, with the health and reflection services beside it. */
export class GrpcServer {
  private readonly server: Server;
  private readonly inspection = new InspectionServices(
    [Seldon.typeName],
    packageDefinition([Seldon], seldonCodec),
  );

  /** Larger messages are refused with RESOURCE_EXHAUSTED. */
  constructor(rpc: SeldonRpc, maxMessageBytes: number) {
    this.server = new Server({ ...LIMITS, 'grpc.max_receive_message_length': maxMessageBytes });
    this.server.addService(serviceDefinition(Seldon, seldonCodec), rpc.implementation());
    this.inspection.addTo(this.server);
  }

  /** Gives the port, which for 0 is a free one. Rejects as `net.Server.listen` does. */
  async listen(port: number, host: string): Promise<number> {
    await checkFree(port, host);
    const address = `${host.includes(':') ? `[${host}]` : host}:${port}`;
    return new Promise((resolve, reject) => {
      this.server.bindAsync(address, ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      );
    });
  }

  /** Takes no new calls and waits up to 15 seconds for those that are on their way. */
  async close(): Promise<void> {
    this.inspection.close();
    const timer = setTimeout(() => this.server.forceShutdown(), CLOSE_MS);
    await new Promise<void>((resolve) => this.server.tryShutdown(() => resolve()));
    clearTimeout(timer);
  }
}

/** What grpc-js says of a port in use carries neither the code nor the port. */
async function checkFree(port: number, host: string): Promise<void> {
  const probe = createServer().listen(port, host);
  await once(probe, 'listening');
  probe.close();
  await once(probe, 'close');
}
