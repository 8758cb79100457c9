import type { DescService } from '@bufbuild/protobuf';
import type { Server } from '@grpc/grpc-js';
import { inferenceCodec } from '#protocol';
import {
  closeGrpc,
  createGrpcServer,
  InspectionServices,
  listenGrpc,
  packageDefinition,
  serviceDefinition,
} from '#transport';
import type { EngineRpc } from './engine-rpc.js';
import { inferenceService } from './inference-rpcs.js';
import type { RpcService } from './rpc.js';
import { seldonService } from './seldon-rpcs.js';
import { modelService, predictionService } from './tensorflow-rpcs.js';

const SERVICES: readonly RpcService[] = [seldonService, inferenceService, predictionService, modelService];

/** The engine over gRPC in the protocols of its deployments, with the health and reflection services beside it. */
export class GrpcServer {
  private readonly server: Server;
  private readonly inspection: InspectionServices;

  /** Larger messages are refused with RESOURCE_EXHAUSTED. */
  constructor(rpc: EngineRpc, maxMessageBytes: number) {
    this.server = createGrpcServer(maxMessageBytes);
    const served = SERVICES.filter(({ protocol }) => rpc.speaks(protocol));
    for (const one of served) {
      this.server.addService(serviceDefinition(one.service, one.codecOf), rpc.implementation(one));
    }
    this.inspection = inspectionOf(served.map(({ service }) => service));
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

/** Of the definition only the descriptors are read, which are the same whatever the codec. */
function inspectionOf(services: readonly DescService[]): InspectionServices {
  const names = services.map(({ typeName }) => typeName);
  return new InspectionServices(names, packageDefinition(services, inferenceCodec));
}
