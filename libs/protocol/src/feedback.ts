import { z } from 'zod';
import { InvalidFeedbackError } from './errors.js';
import type { Message } from './message.js';

/** Seldon's Feedback message. What is absent, or null where that means absent, is undefined. */
export interface SeldonFeedback {
  readonly request?: Readonly<Record<string, unknown>>;
  readonly response?: Readonly<Record<string, unknown>>;
  readonly truth?: Readonly<Record<string, unknown>>;
  readonly reward?: number;
  /** `response.meta.puid` */
  readonly puid?: string;
  /** `response.meta.routing`: node name to the route taken. Ask with `Object.hasOwn`: the names are the caller's. */
  readonly routing?: Readonly<Record<string, number>>;
}

const seldonMessage = z.record(z.string(), z.unknown(), 'an object');

const meta = z.object(
  {
    puid: z.string('a string').nullish(),
    routing: z.record(z.string(), z.int('an integer'), 'an object').nullish(),
  },
  'an object',
);

/** Unknown fields are let through: one more of them must not turn a reward into a guess. */
const feedback = z.object(
  {
    request: seldonMessage.nullish(),
    response: z.looseObject({ meta: meta.nullish() }, 'an object').nullish(),
    reward: z.number('a finite number').optional(),
    truth: seldonMessage.nullish(),
  },
  'an object',
);

/** Throws `MalformedBodyError` where the message is not JSON, `InvalidFeedbackError` where it is not a Feedback. */
export function readFeedback(message: Message): SeldonFeedback {
  const parsed = feedback.safeParse(message.value, { reportInput: true });
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw new InvalidFeedbackError(issue.path.join('.'), issue.message, issue.input);
  }
  const { request, response, reward, truth } = parsed.data;
  return {
    request: request ?? undefined,
    response: response ?? undefined,
    truth: truth ?? undefined,
    reward,
    puid: response?.meta?.puid || undefined,
    routing: response?.meta?.routing ?? undefined,
  };
}
