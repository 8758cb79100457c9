import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { DataPlane } from './data-plane/data-plane.js';
import { DecisionLog } from './decisions/decision-log.js';
import { Deployments } from './deployments/deployments.js';
import { EngineRpc } from './grpc/engine-rpc.js';
import { GrpcServer } from './grpc/grpc-server.js';
import { HttpServer } from './http-server.js';
import { ExperimentMetrics } from './metrics/experiment-metrics.js';
import { PayloadLog } from './payload-log/payload-log.js';
import { GraphReloads } from './reload/graph-reloads.js';
import { RouterModule } from './router.module.js';
import { DEFAULT_MAX_BODY_BYTES, type RouterConfig } from './router-config.js';
import { Shadows } from './shadows/shadows.js';
import { SnapshotKeeper } from './snapshots/snapshot-keeper.js';
import { Snapshots } from './snapshots/snapshots.js';
import { outliveStrayRejections } from './stray-rejections.js';

export interface RunningRouter {
  readonly url: string;
  readonly port: number;
  /** Undefined where gRPC is not served. */
  readonly grpcPort: number | undefined;
  /** Finishes what is on its way, sends the decisions that wait, and lets everything go. */
  close(): Promise<void>;
}

/** The whole data plane, listening; the tests start it the same way as main does. */
export async function startRouter(config: RouterConfig): Promise<RunningRouter> {
  const { maxBodyBytes = DEFAULT_MAX_BODY_BYTES, drainMs = 0 } = config;
  const server = new HttpServer(drainMs);
  const adapter = new FastifyAdapter({ serverFactory: (handler: RequestListener) => server.create(handler) });
  const app = await NestFactory.create<NestFastifyApplication>(RouterModule.forRoot(config), adapter, {
    abortOnError: false,
    logger: ['warn', 'error', 'fatal'],
  });
  const end = outliveStrayRejections();
  let grpc: GrpcServer | undefined;
  const closeAll = () => close(app, server, grpc).finally(end);
  try {
    app.get(ExperimentMetrics).register();
    await app.get(Snapshots).start();
    await app.get(SnapshotKeeper).start();
    server.open(app.get(DataPlane));
    await app.listen(config.port, config.host);
    if (config.grpcPort !== undefined) grpc = new GrpcServer(app.get(EngineRpc), maxBodyBytes);
    const grpcPort = await grpc?.listen(config.grpcPort!, config.host);
    app.get(GraphReloads).start();
    const { port } = app.getHttpServer().address() as AddressInfo;
    return { url: urlOf(config.host, port), port, grpcPort, close: closeAll };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

async function close(app: NestFastifyApplication, server: HttpServer, grpc?: GrpcServer): Promise<void> {
  await Promise.all([server.close(), grpc?.close()]);
  app.get(Snapshots).close();
  await app.get(SnapshotKeeper).close();
  await app.get(DecisionLog).close();
  await app.get(Shadows).close();
  await app.get(GraphReloads).close();
  await app.get(Deployments).close();
  await app.get(PayloadLog).close();
  await app.close();
}

function urlOf(host: string, port: number): string {
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}
