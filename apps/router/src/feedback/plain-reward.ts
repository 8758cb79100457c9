import { isStorable } from '#experiments';
import { InvalidFeedbackError } from '#protocol';
import { isPredictionId } from '../data-plane/prediction-id.js';

/** A reward in Switchyard's own form; `value` is checked against its metric later. */
export interface PlainReward {
  readonly decision: string | undefined;
  readonly receipt: string | undefined;
  readonly metric: string | undefined;
  readonly key: string | undefined;
  readonly value: unknown;
}

const FIELDS = ['decision', 'receipt', 'metric', 'value', 'key'] as const;
const EXPECTED_FIELDS = `one of ${FIELDS.join(', ')}`;

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a body is meant to be in this form. */
export function isPlainReward(value: unknown): boolean {
  return isObject(value) && FIELDS.some((field) => Object.hasOwn(value, field));
}

/** Throws `InvalidFeedbackError`. */
export function readPlainReward(value: unknown): PlainReward {
  if (!isObject(value)) throw new InvalidFeedbackError('', 'an object', kindOf(value));
  const unknown = Object.keys(value).find((field) => !(FIELDS as readonly string[]).includes(field));
  if (unknown !== undefined) throw new InvalidFeedbackError('field', EXPECTED_FIELDS, unknown.slice(0, 80));
  const reward: PlainReward = {
    decision: text(value, 'decision', isPredictionId, 'the id of a decision'),
    receipt: text(value, 'receipt', isAnyText, 'a receipt'),
    metric: text(value, 'metric', isStorable, 'the name of a metric'),
    key: text(value, 'key', isStorable, 'a string of 1 to 256 characters'),
    value: value.value,
  };
  if (reward.decision === undefined && reward.receipt === undefined) {
    throw new InvalidFeedbackError('decision', 'the id of a decision, unless receipt is given', undefined);
  }
  return reward;
}

function text(
  object: Readonly<Record<string, unknown>>,
  field: (typeof FIELDS)[number],
  isValid: (text: string) => boolean,
  expected: string,
): string | undefined {
  const value = object[field];
  if (value === undefined) return undefined;
  if (typeof value === 'string' && isValid(value)) return value;
  throw new InvalidFeedbackError(field, expected, kindOf(value));
}

function isAnyText(text: string): boolean {
  return text.length > 0;
}

/** What came, without its inside when it has one: that may be deep enough to exhaust the stack. */
export function kindOf(value: unknown): unknown {
  if (Array.isArray(value)) return 'an array';
  return isObject(value) ? 'an object' : value;
}
