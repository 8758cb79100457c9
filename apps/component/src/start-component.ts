import cluster from 'node:cluster';
import type { AddressInfo } from 'node:net';
import { ConsoleLogger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Registry } from 'prom-client';
import { ComponentModule } from './component.module.js';
import type { ComponentConfig } from './component-config.js';
import { ComponentServer } from './grpc/component-server.js';
import { UnitMetrics } from './metrics/unit-metrics.js';
import { startModel } from './start-model.js';

/** Only together these get rid of slow clients; see the router's server. */
const LIMITS = { headersTimeout: 5000, connectionsCheckingInterval: 1000 };
const REQUEST_MS = 60_000;
const CLOSE_MS = 15_000;

export interface RunningComponent {
  readonly url: string;
  readonly port: number;
  readonly grpcPort: number;
  readonly registry: Registry;
  /** Whether the class has a `customService()`, which is not run here. */
  readonly hasCustomService: boolean;
  /** Takes no new connections and waits up to 15 seconds for the requests that are on their way. */
  close(): Promise<void>;
}

/** One process's component, its class loaded, listening. */
export async function startComponent(config: ComponentConfig): Promise<RunningComponent> {
  const registry = new Registry();
  const metrics = new UnitMetrics(registry, config.identity, cluster.worker?.id ?? 0);
  const model = await startModel(config, metrics);
  const adapter = new FastifyAdapter({
    bodyLimit: config.maxBodyBytes,
    keepAliveTimeout: config.keepAliveMs,
    requestTimeout: REQUEST_MS,
    http: LIMITS,
  });
  const module = ComponentModule.forRoot({ config, metrics, model });
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    abortOnError: false,
    bodyParser: false,
    logger: new ConsoleLogger({
      logLevels: ['warn', 'error', 'fatal'],
      colors: process.stderr.isTTY === true,
    }),
  });
  const server = adapter.getInstance();
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  const grpc = new ComponentServer({
    host: config.host,
    port: config.grpcPort,
    maxMessageBytes: config.maxBodyBytes,
  });
  app.connectMicroservice<MicroserviceOptions>({ strategy: grpc });
  await app.startAllMicroservices();
  await app.listen(config.httpPort, config.host);
  const { port } = app.getHttpServer().address() as AddressInfo;
  const name = config.host === '0.0.0.0' ? '127.0.0.1' : config.host;
  return {
    url: `http://${name}:${port}`,
    port,
    grpcPort: grpc.port,
    registry,
    hasCustomService: typeof model.user.customService === 'function',
    close: () => close(app, grpc),
  };
}

async function close(app: NestFastifyApplication, grpc: ComponentServer): Promise<void> {
  const server = app.getHttpServer();
  const timer = setTimeout(() => server.closeAllConnections(), CLOSE_MS);
  await Promise.all([grpc.close(), app.close()]);
  clearTimeout(timer);
}
