import { excerpt, Message, readFeedback } from '#protocol';
import { type AnswerOptions, toAnswer, toEcho } from './answer.js';
import { InvalidResultError, UnusableClassError } from './errors.js';
import { checkMetrics } from './metric.js';
import {
  isObject,
  isStrings,
  listOr,
  ownCopy,
  type Payload,
  type PayloadForm,
  payloadOf,
  readPayload,
  readValue,
} from './payload.js';
import type { ComponentCall } from './public/component.js';
import { type Component, type Metric, SeldonResponse } from './public/index.js';

export type AnsweredCall = ComponentCall | 'healthStatus';

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

const EMPTY_MESSAGE = { data: { ndarray: [] } };

/** Calls a user's class with what messages carry, and makes messages of what it returns. */
export class UserModel {
  private readonly form: PayloadForm;

  /** Throws `UnusableClassError` where the class wants its values in no form that there is. */
  constructor(
    readonly user: Component,
    private readonly options: UserModelOptions,
  ) {
    this.form = formOf(user.valuesAs ?? 'arrays');
  }

  /** Whether the class answers this call; to be asked first. */
  has(call: ComponentCall): boolean {
    return typeof this.user[call] === 'function' || this.hasRaw(call);
  }

  hasRaw(call: ComponentCall): boolean {
    return typeof this.user[`${call}Raw`] === 'function';
  }

  async transform(call: TransformCall, message: Message): Promise<Message> {
    if (this.hasRaw(call)) return this.raw(call, readValue(message));
    const request = readPayload(message, this.form);
    const { value, names, meta } = ownCopy(request);
    const result = await this.settle(this.user[call]!(value, names, meta));
    return this.answer(call, request, result);
  }

  /** The message as it came, as the answer of a class without the method. */
  async echo(call: TransformCall, message: Message): Promise<Message> {
    const request = readPayload(message);
    return toEcho(message, request, this.about(call, new SeldonResponse(undefined)));
  }

  /** Whatever `route` returned, its data unchecked: what may be a route differs by place. */
  async route(message: Message): Promise<SeldonResponse> {
    const { value, names, meta } = ownCopy(readPayload(message, this.form));
    return responseOf(await this.settle(this.user.route!(value, names, meta)));
  }

  /** `messages` must not be empty. */
  async aggregate(messages: readonly Message[]): Promise<Message> {
    if (this.hasRaw('aggregate')) {
      return this.raw('aggregate', { seldonMessages: messages.map(readValue) });
    }
    const payloads = messages.map((message) => ownCopy(readPayload(message, this.form)));
    const values = payloads.map(({ value }) => value);
    const names = payloads.map((payload) => payload.names);
    const result = await this.settle(this.user.aggregate!(values, names));
    return this.answer('aggregate', { kind: payloads[0]!.kind, meta: mergedMeta(payloads) }, result);
  }

  async sendFeedback(feedback: Message): Promise<Message> {
    const message = readValue(feedback);
    if (this.hasRaw('sendFeedback')) return this.raw('sendFeedback', message);
    const { request, truth, reward, routing } = readFeedback(feedback);
    const features = this.featuresOf(request);
    const { value, names } = features;
    const { unit } = this.options;
    const route = routing && Object.hasOwn(routing, unit) ? routing[unit]! : null;
    const given = [value, names, reward, this.featuresOf(truth).value, route] as const;
    const { data, ...about } = responseOf(await this.settle(this.user.sendFeedback?.(...given)));
    return this.answer('sendFeedback', features, new SeldonResponse(data ?? [], about));
  }

  /** The message around a result; `names` go before those of the class. */
  answer(
    call: AnsweredCall,
    request: Pick<Payload, 'meta' | 'kind'>,
    result: unknown,
    names?: readonly string[],
  ): Message {
    const response = responseOf(result);
    return toAnswer(request, response.data, {
      ...this.about(call, response),
      names: names ?? this.names(call === 'transformInput' ? 'featureNames' : 'classNames'),
    });
  }

  async raw(call: ComponentCall, message: unknown): Promise<Message> {
    const answer = await this.settle(this.user[`${call}Raw`]!(message));
    const meta = isObject(answer) && isObject(answer.meta) ? answer.meta : {};
    this.options.observe?.(checkMetrics(meta.metrics ?? []), call);
    return Message.ofValue(answer);
  }

  /** Those of the class before those of this one call. */
  tagsOf(response: SeldonResponse): Readonly<Record<string, unknown>> {
    return { ...checkTags(this.user.tags?.() ?? {}), ...checkTags(response.tags) };
  }

  /** What goes into `meta`, those of the class before those of this one call; its metrics are told to `observe`. */
  private about(call: AnsweredCall, response: SeldonResponse): AnswerOptions {
    const { unit, image, answerMetrics = true } = this.options;
    const metrics = [this.user.metrics?.() ?? [], response.metrics].flatMap(checkMetrics);
    this.options.observe?.(metrics, call);
    return {
      tags: this.tagsOf(response),
      metrics: answerMetrics ? metrics : null,
      requestPath: image === undefined ? undefined : { [unit]: image },
    };
  }

  private featuresOf(message: unknown): Payload {
    const payload = payloadOf(message ?? {}, this.form);
    return ownCopy(payload ?? { ...payloadOf(EMPTY_MESSAGE, this.form)!, kind: 'other' });
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

/** What a method returned, with its tags and metrics if it has any. */
function responseOf(result: unknown): SeldonResponse {
  return isResponse(result) ? result : new SeldonResponse(result);
}

function isResponse(result: unknown): result is SeldonResponse {
  return isObject(result) && result.isSeldonResponse === true;
}

function checkTags(tags: unknown): Record<string, unknown> {
  if (isObject(tags)) return tags;
  throw new InvalidResultError('an object of tags', tags);
}

function formOf(valuesAs: unknown): PayloadForm {
  if (valuesAs === 'arrays' || valuesAs === 'tensor') return valuesAs;
  throw new UnusableClassError(`valuesAs must be arrays or tensor, got ${excerpt(valuesAs)}`);
}

/** The first message's, with the tags and metrics of all. */
function mergedMeta(payloads: readonly Payload[]): Payload['meta'] {
  const tags = Object.fromEntries(
    payloads.flatMap(({ meta }) => (isObject(meta.tags) ? Object.entries(meta.tags) : [])),
  );
  const metrics = payloads.flatMap(({ meta }) => listOr(meta.metrics));
  return {
    ...payloads[0]!.meta,
    ...(Object.keys(tags).length > 0 ? { tags } : {}),
    ...(metrics.length > 0 ? { metrics } : {}),
  };
}
