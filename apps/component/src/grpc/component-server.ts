import type { Server } from '@grpc/grpc-js';
import { ServerGrpc } from '@nestjs/microservices';
import { seldonCodec, seldonServices } from '#protocol';
import { closeGrpc, createGrpcServer, InspectionServices, listenGrpc, packageDefinition } from '#transport';

/** All that a component may serve, whatever its type: the engine sends feedback of routers to Model. */
const { Seldon: _, ...OF_COMPONENTS } = seldonServices;
const SERVICES = Object.values(OF_COMPONENTS);

export interface ComponentServerOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Larger messages are refused with RESOURCE_EXHAUSTED. */
  readonly maxMessageBytes: number;
}

/** Nest's gRPC transport on a server that tells its port, its health and its services, and that closes in time. */
export class ComponentServer extends ServerGrpc {
  /** Once it listens. */
  port = 0;
  private readonly inspection: InspectionServices;
  private readonly server: Server;

  constructor(private readonly place: ComponentServerOptions) {
    const definition = packageDefinition(SERVICES, seldonCodec);
    super({ package: 'seldon.protos', packageDefinition: definition });
    this.inspection = new InspectionServices(
      SERVICES.map(({ typeName }) => typeName),
      definition,
    );
    this.server = createGrpcServer(place.maxMessageBytes);
  }

  override async createClient(): Promise<Server> {
    const { port, host } = this.place;
    this.inspection.addTo(this.server);
    this.port = await listenGrpc(this.server, port, host);
    return this.server;
  }

  /** Takes no new calls and waits up to 15 seconds for those that are on their way. */
  override async close(): Promise<void> {
    this.inspection.close();
    await closeGrpc(this.server);
  }
}
