import { convertParameter } from '#graph';
import { excerpt } from '#protocol';
import { BadParameterError } from './errors.js';

type Type = Parameters<typeof convertParameter>[0];

const TYPES: readonly string[] = ['INT', 'FLOAT', 'DOUBLE', 'STRING', 'BOOL'] satisfies Type[];

/**
 * The constructor's argument from `[{"name": "ratio", "value": "0.5", "type": "FLOAT"}, ...]`.
 * Throws `BadParameterError`.
 */
export function readParameters(text: string): Record<string, unknown> {
  const list = parse(text);
  if (!Array.isArray(list)) throw new BadParameterError(`expected a JSON list, got ${excerpt(list)}`);
  return Object.fromEntries(list.map(readParameter));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new BadParameterError(`expected a JSON list, got ${excerpt(text)}`);
  }
}

function readParameter(parameter: unknown, index: number): [string, unknown] {
  const { name, type, value } = (parameter ?? {}) as Record<string, unknown>;
  if (typeof name !== 'string' || name === '') {
    throw new BadParameterError(`[${index}].name must be a text, got ${excerpt(name)}`);
  }
  if (typeof type !== 'string' || !TYPES.includes(type)) {
    throw new BadParameterError(`type of ${name} must be one of ${TYPES.join(', ')}, got ${excerpt(type)}`);
  }
  const converted = isScalar(value) ? convertParameter(type as Type, String(value)) : null;
  if (converted === null) throw new BadParameterError(`${name} must be ${type}, got ${excerpt(value)}`);
  return [name, converted];
}

function isScalar(value: unknown): boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}
