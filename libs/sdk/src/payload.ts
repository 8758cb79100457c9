import type { Message } from '#protocol';
import { NoPayloadError, UnreadablePayloadError } from './errors.js';

/** The payload of a SeldonMessage as user code gets it. */
export interface Payload {
  /** Nested arrays for `data`; a string, any JSON value, or a Buffer for strData, jsonData, binData. */
  readonly value: unknown;
  readonly names: readonly string[];
  readonly meta: Readonly<Record<string, unknown>>;
  /** How `data` came, so that the answer comes the same way. */
  readonly kind: 'ndarray' | 'tensor' | 'other';
}

export function readPayload(message: Message): Payload {
  const { value } = message;
  const payload = payloadOf(value);
  if (!payload) throw new NoPayloadError(value);
  return payload;
}

/** The payload for code that may change what it gets: the message may have other readers. */
export function ownCopy({ value, names, meta, kind }: Payload): Payload {
  return { value: copyOf(value), names: [...names], meta: { ...meta }, kind };
}

function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOf);
  return isObject(value) && !Buffer.isBuffer(value) ? structuredClone(value) : value;
}

/** Null where the message carries no payload at all. */
export function payloadOf(message: unknown): Payload | null {
  if (!isObject(message)) return unreadable(`expected a JSON object, got ${kindOf(message)}`);
  const meta = isObject(message.meta) ? message.meta : {};
  if (message.data !== undefined) return dataPayload(message.data, meta);
  const other = { names: [], meta, kind: 'other' as const };
  if (message.strData !== undefined) return { value: message.strData, ...other };
  if (message.jsonData !== undefined) return { value: message.jsonData, ...other };
  if (message.binData !== undefined)
    return { value: Buffer.from(String(message.binData), 'base64'), ...other };
  return null;
}

function dataPayload(data: unknown, meta: Payload['meta']): Payload {
  if (!isObject(data)) return unreadable(`data: expected an object, got ${kindOf(data)}`);
  const names = data.names ?? [];
  if (!isStrings(names)) return unreadable('data.names: expected an array of strings');
  if (Array.isArray(data.ndarray)) return { value: data.ndarray, names, meta, kind: 'ndarray' };
  if (isObject(data.tensor)) return { value: nested(data.tensor), names, meta, kind: 'tensor' };
  return unreadable('data: expected ndarray (an array) or tensor ({shape, values})');
}

function nested({ shape, values }: Record<string, unknown>): unknown {
  if (!Array.isArray(values)) return unreadable('data.tensor.values: expected an array of numbers');
  if (!isShape(shape))
    return unreadable('data.tensor.shape: expected an array of whole numbers, at least one');
  const size = shape.reduce((product, length) => product * length, 1);
  if (size !== values.length) {
    return unreadable(`data.tensor: shape [${shape}] needs ${size} values, got ${values.length}`);
  }
  return reshape(values, shape);
}

function reshape(values: readonly unknown[], [length, ...inner]: readonly number[]): unknown[] {
  if (inner.length === 0) return [...values];
  const step = values.length / length!;
  return Array.from({ length: length! }, (_, i) => reshape(values.slice(i * step, (i + 1) * step), inner));
}

function isShape(shape: unknown): shape is number[] {
  return Array.isArray(shape) && shape.length > 0 && shape.every((n) => Number.isSafeInteger(n) && n >= 0);
}

export function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function listOr(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'an array' : typeof value;
}

function unreadable(problem: string): never {
  throw new UnreadablePayloadError(problem);
}
