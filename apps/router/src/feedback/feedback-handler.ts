import { Injectable } from '@nestjs/common';
import { InvalidFeedbackError, type Message } from '#protocol';
import type { Answer } from '../data-plane/answer.js';
import type { Exchange } from '../data-plane/exchange.js';
import { failureOf } from '../data-plane/failures.js';
import { Handler } from '../data-plane/handler.js';
import { RewardCounters } from '../metrics/reward-counters.js';
import { PlainFeedback } from './plain-feedback.js';
import { isObject, isPlainReward, kindOf } from './plain-reward.js';
import { SeldonFeedbackForm } from './seldon-feedback.js';

const SELDON_FIELDS = ['request', 'response', 'reward', 'truth'];

/** Tells the forms of feedback apart. */
@Injectable()
export class FeedbackHandler extends Handler {
  constructor(
    private readonly plain: PlainFeedback,
    private readonly seldon: SeldonFeedbackForm,
    private readonly counters: RewardCounters,
  ) {
    super();
  }

  override async answer(exchange: Exchange, message: Message): Promise<Answer> {
    try {
      return await this.read(exchange, message);
    } catch (error) {
      this.counters.refused(failureOf(error).reason);
      throw error;
    }
  }

  private read(exchange: Exchange, message: Message): Promise<Answer> {
    const { value } = message;
    if (Array.isArray(value)) return this.plain.many(exchange.deployment, value, message.bytes.length);
    if (isPlainReward(value)) return this.plain.one(exchange.deployment, value, message.bytes.length);
    if (isObject(value) && SELDON_FIELDS.some((field) => Object.hasOwn(value, field))) {
      return this.seldon.answer(exchange, message);
    }
    throw new InvalidFeedbackError(
      '',
      'an object with decision or receipt and value, or with request, response, reward or truth, or an array',
      isObject(value)
        ? `an object with ${Object.keys(value).slice(0, 5).join(', ') || 'nothing'}`
        : kindOf(value),
    );
  }
}
