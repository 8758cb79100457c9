import type { IncomingMessage, ServerResponse } from 'node:http';
import { Logger } from '@nestjs/common';
import { JSON_CONTENT_TYPE, Message } from '#protocol';
import type { Deployments } from '../deployments/deployments.js';
import type { RequestDurations } from '../metrics/request-durations.js';
import type { Answer } from './answer.js';
import { cloudEventHeaders } from './cloud-event-headers.js';
import type { Endpoint } from './endpoints.js';
import { ClientGoneError, InvalidPredictionIdError, MethodNotAllowedError } from './errors.js';
import { Exchange } from './exchange.js';
import { failureAnswer, isExpected } from './failures.js';
import type { Handlers } from './handler.js';
import { isPredictionId, newPredictionId } from './prediction-id.js';
import { readBody } from './read-body.js';

/** Seldon's paths on the raw server, outside Nest's pipeline. */
export class DataPlane {
  private readonly logger = new Logger(DataPlane.name);
  private closing = false;

  constructor(
    private readonly deployments: Deployments,
    private readonly handlers: Handlers,
    private readonly durations: RequestDurations,
    private readonly maxBodyBytes: number,
  ) {}

  /** False when the request is not for the data plane. */
  handle(request: IncomingMessage, response: ServerResponse): boolean {
    const path = pathOf(request.url!);
    const { endpoints } = this.deployments.graph;
    const endpoint = endpoints.find(path);
    if (endpoint !== undefined) {
      void this.serve(endpoint, request, response);
      return true;
    }
    if (!endpoints.covers(path)) return false;
    const failure = failureAnswer(endpoints.unknown(path), endpoints.dialectOf(path));
    this.write(response, puidOf(request), failure, endpoints.commonHeaders);
    return true;
  }

  /** From now on every answer tells its client to connect elsewhere next time. */
  close(): void {
    this.closing = true;
  }

  private async serve(endpoint: Endpoint, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const started = performance.now();
    const puid = puidOf(request);
    const headers = headersOf(endpoint, puid, request);
    if (request.method === 'OPTIONS') {
      response.writeHead(200, ['Content-Length', '0', 'Seldon-Puid', puid, ...headers]).end();
      return;
    }
    const { deployment, dialect, name, version } = endpoint;
    const exchange = new Exchange(deployment, puid, request.headers, name, undefined, version);
    let answer: Answer;
    deployment.enter();
    try {
      answer = await this.answer(endpoint, exchange, request);
      this.write(response, puid, answer, headers);
    } catch (error) {
      if (error instanceof ClientGoneError) return;
      if (!isExpected(error)) this.logger.error(error);
      answer = failureAnswer(error, dialect);
      this.write(response, puid, answer, headers);
    } finally {
      deployment.leave();
    }
    const seconds = (performance.now() - started) / 1000;
    this.durations.observe(exchange, endpoint.service, request.method!, answer.status, seconds);
  }

  private async answer(endpoint: Endpoint, exchange: Exchange, request: IncomingMessage): Promise<Answer> {
    const { method } = request;
    if (method !== endpoint.verb) throw new MethodNotAllowedError(method!, endpoint.verb);
    const given = request.headers['seldon-puid'];
    if (given !== undefined && given !== exchange.puid) throw new InvalidPredictionIdError(String(given));
    const body = await readBody(request, this.maxBodyBytes);
    const message = Message.ofBytes(body, exchange.headers['content-type'] ?? JSON_CONTENT_TYPE);
    return this.handlers[endpoint.service].answer(exchange, message);
  }

  private write(
    response: ServerResponse,
    puid: string,
    { status, message, headers }: Answer,
    common: readonly string[],
  ): void {
    const { bytes } = message;
    const all = ['Content-Length', String(bytes.length), 'Seldon-Puid', puid, ...common, ...headers];
    if (bytes.length > 0) all.push('Content-Type', message.contentType);
    if (this.closing) all.push('Connection', 'close');
    response.writeHead(status, all).end(bytes);
  }
}

function headersOf({ deployment, headers }: Endpoint, puid: string, request: IncomingMessage) {
  if (request.headers['ce-specversion'] === undefined) return headers;
  return [...headers, ...cloudEventHeaders(deployment, puid, pathOf(request.url!))];
}

function pathOf(url: string): string {
  const query = url.indexOf('?');
  return query < 0 ? url : url.slice(0, query);
}

/** The request's own when it is valid, or a new one. */
function puidOf(request: IncomingMessage): string {
  const given = request.headers['seldon-puid'];
  return typeof given === 'string' && isPredictionId(given) ? given : newPredictionId();
}
