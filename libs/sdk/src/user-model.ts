import { Message, readFeedback } from '#protocol';
import { type AnswerOptions, toAnswer } from './answer.js';
import { InvalidResultError } from './errors.js';
import { checkMetrics, type Metric } from './metric.js';
import { isObject, isStrings, listOr, ownCopy, type Payload, payloadOf, readPayload } from './payload.js';
import type { UserCall, UserObject } from './user-object.js';

export type AnsweredCall = UserCall | 'healthStatus';

export type TransformCall = 'predict' | 'transformInput' | 'transformOutput';

export interface UserModelOptions {
  /** The node's name: where a feedback's routing is looked up. */
  readonly unit: string;
  /** Added to `meta.requestPath` under the node's name; without one nothing is. */
  readonly image?: string;
  /** Whether `meta.metrics` goes into answers; default: yes. */
  readonly answerMetrics?: boolean;
  /** Gets whatever a method returned before it is awaited, to put a time limit on it. */
  readonly settle?: (result: unknown) => unknown;
  /** Is told the metrics that a call of the class created. */
  readonly observe?: (metrics: readonly Metric[], call: AnsweredCall) => void;
}

const NO_PAYLOAD: Payload = { value: [], names: [], meta: {}, kind: 'other' };

/** Calls a user's class with what messages carry, and makes messages of what it returns. */
export class UserModel {
  constructor(
    readonly user: UserObject,
    private readonly options: UserModelOptions,
  ) {}

  /** Whether the class answers this call; to be asked first. */
  has(call: UserCall): boolean {
    return typeof this.user[call] === 'function' || this.hasRaw(call);
  }

  hasRaw(call: UserCall): boolean {
    return typeof this.user[`${call}Raw`] === 'function';
  }

  async transform(call: TransformCall, message: Message): Promise<Message> {
    if (this.hasRaw(call)) return this.raw(call, message.value);
    const request = readPayload(message);
    const { value, names, meta } = ownCopy(request);
    const result = await this.settle(this.user[call]!(value, names, meta));
    return this.answer(call, request, result);
  }

  /** Whatever `route` returned: what may be a route differs by place. */
  async route(message: Message): Promise<unknown> {
    const { value, names, meta } = ownCopy(readPayload(message));
    return this.settle(this.user.route!(value, names, meta));
  }

  /** `messages` must not be empty. */
  async aggregate(messages: readonly Message[]): Promise<Message> {
    if (this.hasRaw('aggregate')) {
      return this.raw('aggregate', { seldonMessages: messages.map(({ value }) => value) });
    }
    const payloads = messages.map((message) => ownCopy(readPayload(message)));
    const values = payloads.map(({ value }) => value);
    const names = payloads.map((payload) => payload.names);
    const result = await this.settle(this.user.aggregate!(values, names));
    return this.answer('aggregate', { kind: payloads[0]!.kind, meta: mergedMeta(payloads) }, result);
  }

  async sendFeedback(feedback: Message): Promise<Message> {
    if (this.hasRaw('sendFeedback')) return this.raw('sendFeedback', feedback.value);
    const { request, truth, reward, routing } = readFeedback(feedback);
    const features = ownCopy(payloadOf(request ?? {}) ?? NO_PAYLOAD);
    const truths = ownCopy(payloadOf(truth ?? {}) ?? NO_PAYLOAD);
    const { unit } = this.options;
    const route = routing && Object.hasOwn(routing, unit) ? routing[unit]! : null;
    const { value, names } = features;
    const result = await this.settle(this.user.sendFeedback?.(value, names, reward, truths.value, route));
    return this.answer('sendFeedback', features, result ?? []);
  }

  /** The message around a result; `names` go before those of the class. */
  answer(
    call: AnsweredCall,
    request: Pick<Payload, 'meta' | 'kind'>,
    result: unknown,
    names?: readonly string[],
  ): Message {
    const metrics = this.user.metrics ? checkMetrics(this.user.metrics()) : [];
    this.options.observe?.(metrics, call);
    const answerMetrics = this.options.answerMetrics ?? true;
    const meta = answerMetrics ? request.meta : { ...request.meta, metrics: undefined };
    return toAnswer({ kind: request.kind, meta }, result, {
      ...this.answerOptions(call, names),
      metrics: answerMetrics ? metrics : [],
    });
  }

  async raw(call: UserCall, message: unknown): Promise<Message> {
    const answer = await this.settle(this.user[`${call}Raw`]!(message));
    const meta = isObject(answer) && isObject(answer.meta) ? answer.meta : {};
    this.options.observe?.(checkMetrics(meta.metrics ?? []), call);
    return Message.ofValue(answer);
  }

  private answerOptions(call: AnsweredCall, names: readonly string[] | undefined): AnswerOptions {
    const tags = this.user.tags?.();
    if (tags !== undefined && !isObject(tags)) throw new InvalidResultError('an object from tags()', tags);
    const { unit, image } = this.options;
    return {
      names: names ?? this.names(call === 'transformInput' ? 'featureNames' : 'classNames'),
      tags,
      requestPath: image === undefined ? undefined : { [unit]: image },
    };
  }

  private names(member: 'classNames' | 'featureNames'): string[] | undefined {
    const given = this.user[member];
    const names = typeof given === 'function' ? given.call(this.user) : given;
    if (names !== undefined && !isStrings(names))
      throw new InvalidResultError(`strings from ${member}`, names);
    return names;
  }

  private settle(result: unknown): unknown {
    return this.options.settle ? this.options.settle(result) : result;
  }
}

/** The first message's, with the tags and metrics of all. */
function mergedMeta(payloads: readonly Payload[]): Payload['meta'] {
  const tags = Object.assign({}, ...payloads.map(({ meta }) => meta.tags));
  const metrics = payloads.flatMap(({ meta }) => listOr(meta.metrics));
  return {
    ...payloads[0]!.meta,
    ...(Object.keys(tags).length > 0 ? { tags } : {}),
    ...(metrics.length > 0 ? { metrics } : {}),
  };
}
