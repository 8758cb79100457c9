import { Message } from '#protocol';
import { InvalidResultError } from './errors.js';
import type { Metric } from './metric.js';
import { isObject, listOr, type Payload } from './payload.js';

export interface AnswerOptions {
  /** Where absent, the columns are called t:0, t:1, ... as in Seldon's wrapper. */
  readonly names?: readonly string[] | undefined;
  readonly tags?: Readonly<Record<string, unknown>> | undefined;
  /** Added to the request's. */
  readonly metrics?: readonly Metric[] | undefined;
  /** Node name to image, added to meta.requestPath. */
  readonly requestPath?: Readonly<Record<string, string>> | undefined;
}

/**
 * A component's result as a message: arrays as `data` in the kind of the request, strings as strData, bytes as binData,
 * objects as jsonData. `meta` is the request's with the tags merged and without the routing, which is the engine's.
 */
export function toAnswer(
  request: Pick<Payload, 'meta' | 'kind'>,
  result: unknown,
  options: AnswerOptions,
): Message {
  return Message.ofValue({
    ...payload(request.kind, result, options.names),
    meta: answerMeta(request, options),
  });
}

function answerMeta({ meta }: Pick<Payload, 'meta'>, options: AnswerOptions): Record<string, unknown> {
  const { routing: _, ...kept }: Record<string, unknown> = meta;
  const { tags, metrics = [], requestPath } = options;
  if (tags) kept.tags = { ...objectOr(kept.tags), ...(asJson(tags) as object) };
  if (metrics.length > 0) kept.metrics = [...listOr(kept.metrics), ...metrics];
  if (requestPath) kept.requestPath = { ...objectOr(kept.requestPath), ...requestPath };
  return kept;
}

function objectOr(value: unknown): object {
  return isObject(value) ? value : {};
}

function payload(
  kind: Payload['kind'],
  result: unknown,
  names: AnswerOptions['names'],
): Record<string, unknown> {
  if (typeof result === 'string') return { strData: result };
  if (result instanceof Uint8Array) return { binData: Buffer.from(result).toString('base64') };
  if (!Array.isArray(result) && !isNumeric(result)) {
    if (!isObject(result)) throw new InvalidResultError('an array, a string, bytes or an object', result);
    return { jsonData: asJson(result) };
  }
  const rows = plain(result) as unknown[];
  const columns = { names: names ?? defaultNames(rows) };
  const shape = kind === 'ndarray' ? null : shapeOf(rows);
  return shape
    ? { data: { ...columns, tensor: { shape, values: rows.flat(Infinity) } } }
    : { data: { ...columns, ndarray: rows } };
}

function defaultNames(rows: readonly unknown[]): string[] {
  const first = rows[0];
  return Array.isArray(first) ? first.map((_, i) => `t:${i}`) : [];
}

type NumericArray = ArrayLike<number | bigint>;

function isNumeric(value: unknown): value is NumericArray {
  return ArrayBuffer.isView(value) && !(value instanceof DataView) && !(value instanceof Uint8Array);
}

/** Typed arrays become arrays and big integers numbers; what JSON would turn into null is refused. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (isNumeric(value)) return Array.from(value, plain);
  if (typeof value === 'bigint') return Number(value);
  if (value === undefined || (typeof value === 'number' && !Number.isFinite(value))) {
    throw new InvalidResultError('finite numbers', value);
  }
  return isObject(value) ? asJson(value) : value;
}

/** A copy that its owner can no longer change; throws where JSON cannot say it. */
function asJson(value: object): unknown {
  return JSON.parse(JSON.stringify(value));
}

/** Null unless the rows are numbers in a regular grid. */
function shapeOf(value: unknown): number[] | null {
  if (!Array.isArray(value)) return typeof value === 'number' ? [] : null;
  if (value.length === 0) return [0];
  const inner = value.map(shapeOf);
  const first = inner[0];
  return first && inner.every((shape) => shape && `${shape}` === `${first}`)
    ? [value.length, ...first]
    : null;
}
