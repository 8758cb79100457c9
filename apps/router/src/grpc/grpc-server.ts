import type { Server } from '@grpc/grpc-js';
import { seldonCodec, seldonServices } from '#protocol';
import {
  closeGrpc,
  createGrpcServer,
  InspectionServices,
  listenGrpc,
  packageDefinition,
  serviceDefinition,
} from '#transport';
import type { SeldonRpc } from './seldon-rpc.js';

const { Seldon } = seldonServices;

/** Seldon's engine over gRPC, with the health and reflection services beside it. */
export class GrpcServer {
  private readonly server: Server;
  private readonly inspection = new InspectionServices(
    [Seldon.typeName],
    packageDefinition([Seldon], seldonCodec),
  );

  constructor(rpc: SeldonRpc, maxMessageBytes: number) {
    this.server = createGrpcServer(maxMessageBytes);
    this.server.addService(serviceDefinition(Seldon, seldonCodec), rpc.implementation());
    this.inspection.addTo(this.server);
  }

  /** Gives the port, which for 0 is a free one. Rejects as `net.Server.listen` does. */
  listen(port: number, host: string): Promise<number> {
    return listenGrpc(this.server, port, host);
  }

  /** Takes no new calls and waits up to 15 seconds for those that are on their way. */
  async close(): Promise<void> {
    this.inspection.close();
    await closeGrpc(this.server);
  }
}
