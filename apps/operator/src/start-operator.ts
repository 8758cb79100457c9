import type { AddressInfo } from 'node:net';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { KubernetesClient } from './api/kubernetes-client.js';
import { Operator } from './operator.js';
import { OperatorModule } from './operator.module.js';
import type { OperatorConfig } from './operator-config.js';

export interface RunningOperator {
  /** Of health and metrics. */
  readonly url: string;
  /** Of the webhooks; null where none are served. */
  readonly webhooksUrl: string | null;
  /** Resolves when what is under way has ended, and another may lead. */
  close(): Promise<void>;
}

/** The whole operator, at work or standing by; the tests start it the same way as main does. */
export async function startOperator(config: OperatorConfig): Promise<RunningOperator> {
  const app = await NestFactory.create<NestFastifyApplication>(
    OperatorModule.forRoot(config),
    new FastifyAdapter(),
    { abortOnError: false, bodyParser: false, logger: ['warn', 'error', 'fatal'] },
  );
  const operator = app.get(Operator);
  try {
    await app.listen(config.port, config.host);
    await operator.start();
  } catch (error) {
    await app.close();
    throw error;
  }
  const { port } = app.getHttpServer().address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    webhooksUrl: operator.webhooksUrl,
    async close() {
      await operator.stop();
      await app.close();
      app.get(KubernetesClient).close();
    },
  };
}
