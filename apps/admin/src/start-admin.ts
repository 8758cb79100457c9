import type { AddressInfo } from 'node:net';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyServerOptions } from 'fastify';
import { ApiKeys } from '#storage';
import { AdminModule } from './admin.module.js';
import { checkAdminKey, ensureAdminKey } from './auth/ensure-admin-key.js';
import type { AdminConfig } from './config.js';
import { serveOpenApi } from './docs/open-api.js';
import { errorResponse } from './errors/error-response.js';
import { sendError } from './errors/send-error.js';

export interface RunningAdmin {
  readonly url: string;
  readonly port: number;
  /** The API key, where this start made one. It is stored hashed: this is the only time it can be shown. */
  readonly newKey: string | null;
  close(): Promise<void>;
}

const BODY_LIMIT = 1024 * 1024;
/** Four names of up to 253 characters, joined by dots. */
const LONGEST_NAME = 1024;

/** The whole control plane, listening; the tests start it the same way as main does. */
export async function startAdmin(config: AdminConfig): Promise<RunningAdmin> {
  if (config.adminKey !== undefined) checkAdminKey(config.adminKey);
  const app = await NestFactory.create<NestFastifyApplication>(AdminModule.forRoot(config), createAdapter(), {
    abortOnError: false,
    bodyParser: false,
    logger: ['warn', 'error', 'fatal'],
  });
  try {
    serveOpenApi(app);
    await app.listen(config.port, config.host);
    const { port } = app.getHttpServer().address() as AddressInfo;
    // Last, because a key made by a start that fails would be stored and never shown.
    const newKey = await ensureAdminKey(app.get(ApiKeys), config.adminKey);
    return { url: urlOf(config.host, port), port, newKey, close: () => app.close() };
  } catch (error) {
    await app.close();
    throw error;
  }
}

function createAdapter(): FastifyAdapter {
  const options: FastifyServerOptions = {
    bodyLimit: BODY_LIMIT,
    routerOptions: { maxParamLength: LONGEST_NAME },
    frameworkErrors: (error, _request, reply) =>
      sendError(reply as unknown as FastifyReply, errorResponse(error)),
  };
  const adapter = new FastifyAdapter(options);
  // Fastify's own JSON parser stays; anything else is answered 415.
  adapter.getInstance().removeContentTypeParser('text/plain');
  return adapter;
}

function urlOf(host: string, port: number): string {
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}
