import { InvalidFieldError } from '../errors.js';

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A value as JSON has it. Throws `InvalidFieldError` where it would become another one. */
export function exact(value: unknown, field: string): unknown {
  if (value instanceof Uint8Array) return textOf(value, field);
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new InvalidFieldError(field, 'a finite number to become JSON', value);
  }
  if (typeof value !== 'bigint') return value;
  const number = Number(value);
  if (Number.isSafeInteger(number)) return number;
  throw new InvalidFieldError(field, 'within ±2^53 to become JSON', String(value));
}

function textOf(bytes: Uint8Array, field: string): string {
  const text = utf8In(bytes);
  if (text !== undefined) return text;
  throw new InvalidFieldError(field, 'UTF-8 to become JSON', Buffer.from(bytes).toString('hex').slice(0, 40));
}

/** Undefined where the bytes are no text. */
export function utf8In(bytes: Uint8Array): string | undefined {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return undefined;
  }
}
