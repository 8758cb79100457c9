import { validate } from 'uuid';
import { excerpt } from '#protocol';
import type { Decision } from './decision.js';
import { MalformedDecisionsError } from './errors.js';
import { isStorable } from './storable.js';

/** The form below, so that a later one can be told from it. */
const FORM = 1;

/** JSON `[1, decision, ...]`, a decision being its fields in the order of `FIELDS`. */
export function packDecisions(decisions: readonly Decision[]): string {
  return JSON.stringify([FORM, ...decisions.map((decision) => FIELDS.map(([name]) => decision[name]))]);
}

/** Throws `MalformedDecisionsError` on anything that `packDecisions` does not write and a store cannot hold. */
export function unpackDecisions(text: string): Decision[] {
  const [form, ...rows] = arrayOf(parse(text));
  if (form !== FORM) throw new MalformedDecisionsError(`form must be ${FORM}, got ${excerpt(form)}`);
  return rows.map(unpackDecision);
}

const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;
const isText = (value: unknown) => typeof value === 'string' && isStorable(value);
const isProbability = (value: unknown) => typeof value === 'number' && value >= 0 && value <= 1;

/** Later than any time that Postgres and JavaScript both hold: the year 9999. */
const LATEST = 253_402_300_799_000;

const FIELDS: readonly (readonly [keyof Decision, (value: unknown) => boolean])[] = [
  ['experimentId', validate],
  ['id', isText],
  ['at', (value) => isCount(value) && (value as number) <= LATEST],
  ['revision', (value) => isCount(value) && (value as number) < 2 ** 31],
  ['evidenceVersion', isCount],
  ['unit', (value) => value === null || isText(value)],
  ['arm', isText],
  ['propensity', (value) => value === null || (isProbability(value) && value !== 0)],
  [
    'probabilities',
    (value) => Array.isArray(value) && value.every((item) => item === null || isProbability(item)),
  ],
];

function unpackDecision(row: unknown): Decision {
  const values = arrayOf(row);
  if (values.length !== FIELDS.length) {
    throw new MalformedDecisionsError(`a decision must have ${FIELDS.length} fields, got ${values.length}`);
  }
  const entries = FIELDS.map(([name, isValid], index) => {
    if (!isValid(values[index])) {
      throw new MalformedDecisionsError(`${name} cannot be ${excerpt(values[index])}`);
    }
    return [name, values[index]];
  });
  return Object.fromEntries(entries) as Decision;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new MalformedDecisionsError((error as Error).message);
  }
}

function arrayOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  throw new MalformedDecisionsError(`expected an array, got ${excerpt(value)}`);
}
