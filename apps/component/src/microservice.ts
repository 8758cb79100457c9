import { types } from 'node:util';
import { excerpt, Message, readFeedback } from '#protocol';
import {
  listOr,
  readPayload,
  readValue,
  SeldonResponse,
  Tensor,
  type TransformCall,
  type UserModel,
} from '#sdk';
import type { ComponentConfig } from './component-config.js';
import { RefusedRequestError } from './errors.js';
import { readMetadata } from './metadata.js';
import type { UnitMetrics } from './metrics/unit-metrics.js';

const FEEDBACK_FIELDS = ['request', 'response', 'reward', 'truth'];

/** What Seldon's wrapper makes of each call: the user's class where it has the method, a default where that makes sense. */
export class Microservice {
  constructor(
    private readonly model: UserModel,
    private readonly metrics: UnitMetrics,
    private readonly config: Pick<ComponentConfig, 'metadata' | 'identity'>,
  ) {}

  /** Without a method, a prediction is an empty list, and a transformation the message as it came. */
  async transform(call: TransformCall, message: Message): Promise<Message> {
    if (this.model.has(call)) return this.model.transform(call, message);
    if (call !== 'predict') return this.model.echo(call, message);
    const request = readPayload(message);
    return this.model.answer(call, request, [], request.names);
  }

  /** The bytes of a request for predictRaw; of what it returns, text and bytes go out as they are, called JSON. */
  async passThrough(body: Buffer): Promise<Message> {
    const answer = await this.model.raw('predict', body);
    const { value } = answer;
    return typeof value === 'string' || types.isUint8Array(value)
      ? Message.ofBytes(Buffer.from(value))
      : answer;
  }

  async route(message: Message): Promise<Message> {
    if (this.model.hasRaw('route')) return this.model.raw('route', readValue(message));
    if (!this.model.has('route')) throw new RefusedRequestError('Route not defined');
    const request = readPayload(message);
    const { data: route, ...about } = await this.model.route(message);
    if (!isInt32(route)) {
      throw new RefusedRequestError(`Routing response must be int but got ${shown(route)}`);
    }
    const answer = new Tensor([1, 1], Int32Array.of(route));
    return this.model.answer('route', request, new SeldonResponse(answer, about), ['t:0']);
  }

  async aggregate(message: Message): Promise<Message> {
    if (!this.model.has('aggregate')) throw new RefusedRequestError('Aggregate not defined');
    const value = readValue(message);
    const list = Array.isArray(value)
      ? value
      : (value as { seldonMessages?: unknown } | null)?.seldonMessages;
    if (listOr(list).length === 0)
      throw new RefusedRequestError(`Invalid request data type: ${excerpt(value)}`);
    return this.model.aggregate(listOr(list).map((item) => Message.ofValue(item)));
  }

  async sendFeedback(message: Message): Promise<Message> {
    const value = readValue(message) as Record<string, unknown> | null;
    const unknown = Object.keys(value ?? {}).find((name) => !FEEDBACK_FIELDS.includes(name));
    if (unknown !== undefined) {
      const expected = FEEDBACK_FIELDS.join(', ');
      throw new RefusedRequestError(`feedback: expected the fields ${expected}, got ${unknown}`);
    }
    this.metrics.countFeedback(readFeedback(message).reward ?? 0);
    return withoutEmptyParts(await this.model.sendFeedback(message));
  }

  async metadata(): Promise<Message> {
    const { metadata, identity } = this.config;
    return Message.ofValue(await readMetadata(this.model.user, metadata, identity.image));
  }

  async health(): Promise<Message> {
    const { user } = this.model;
    if (user.healthStatusRaw) return Message.ofValue(await user.healthStatusRaw());
    const status = user.healthStatus ? await user.healthStatus() : 'healthy';
    return this.model.answer('healthStatus', { meta: {}, kind: 'other' }, status);
  }
}

/** Seldon's answer to feedback went through a protobuf message, which does not say what is empty. */
function withoutEmptyParts(answer: Message): Message {
  const { data, ...message } = answer.value as { data?: Record<string, unknown> };
  if (!data) return answer;
  const { names, tensor, ...others } = data as { names?: []; tensor?: { shape: []; values: [] } };
  return Message.ofValue({
    ...message,
    data: {
      ...(names?.length ? { names } : {}),
      ...others,
      ...(tensor ? { tensor: tensor.values.length > 0 ? tensor : { shape: tensor.shape } } : {}),
    },
  });
}

/** What a routing map can hold. */
function isInt32(route: unknown): route is number {
  return Number.isInteger(route) && Math.abs(route as number) < 2 ** 31;
}

function shown(route: unknown): string {
  return typeof route === 'bigint' ? String(route) : excerpt(route);
}
