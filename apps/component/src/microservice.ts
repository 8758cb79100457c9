import { excerpt, Message, readFeedback } from '#protocol';
import { listOr, readPayload, type TransformCall, type UserModel } from '#sdk';
import { RefusedRequestError } from './errors.js';
import type { UnitMetrics } from './metrics/unit-metrics.js';

const FEEDBACK_FIELDS = ['request', 'response', 'reward', 'truth'];

/** What Seldon's wrapper makes of each call: the user's class where it has the method, a default where that makes sense. */
export class Microservice {
  constructor(
    private readonly model: UserModel,
    private readonly metrics: UnitMetrics,
  ) {}

  /** Without a method, a prediction is an empty list, and a transformation the message as it came. */
  async transform(call: TransformCall, message: Message): Promise<Message> {
    if (this.model.has(call)) return this.model.transform(call, message);
    const request = readPayload(message);
    return this.model.answer(call, request, call === 'predict' ? [] : request.value, request.names);
  }

  async route(message: Message): Promise<Message> {
    if (this.model.hasRaw('route')) return this.model.raw('route', message.value);
    if (!this.model.has('route')) throw new RefusedRequestError('Route not defined');
    const request = readPayload(message);
    const route = await this.model.route(message);
    if (!Number.isInteger(route)) {
      throw new RefusedRequestError(`Routing response must be int but got ${shown(route)}`);
    }
    return this.model.answer('route', request, [[route]], ['t:0']);
  }

  async aggregate(message: Message): Promise<Message> {
    if (!this.model.has('aggregate')) throw new RefusedRequestError('Aggregate not defined');
    const { value } = message;
    const list = Array.isArray(value)
      ? value
      : (value as { seldonMessages?: unknown } | null)?.seldonMessages;
    if (listOr(list).length === 0)
      throw new RefusedRequestError(`Invalid request data type: ${excerpt(value)}`);
    return this.model.aggregate(listOr(list).map((item) => Message.ofValue(item)));
  }

  async sendFeedback(message: Message): Promise<Message> {
    const value = message.value as Record<string, unknown> | null;
    const unknown = Object.keys(value ?? {}).find((name) => !FEEDBACK_FIELDS.includes(name));
    if (unknown !== undefined) {
      const expected = FEEDBACK_FIELDS.join(', ');
      throw new RefusedRequestError(`feedback: expected the fields ${expected}, got ${unknown}`);
    }
    this.metrics.countFeedback(readFeedback(message).reward ?? 0);
    return withoutEmptyParts(await this.model.sendFeedback(message));
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
  const { names, tensor, ndarray } = data as { names?: []; tensor?: { shape: []; values: [] }; ndarray?: [] };
  return Message.ofValue({
    ...message,
    data: {
      ...(names?.length ? { names } : {}),
      ...(ndarray ? { ndarray } : {}),
      ...(tensor ? { tensor: tensor.values.length > 0 ? tensor : { shape: tensor.shape } } : {}),
    },
  });
}

function shown(route: unknown): string {
  return typeof route === 'bigint' ? String(route) : excerpt(route);
}
