import { types } from 'node:util';
import { Message } from '#protocol';
import { InvalidResultError } from './errors.js';
import { isObject, listOr, PAYLOADS, type Payload } from './payload.js';
import type { Metric, NumericArray, Tensor } from './public/index.js';
import { gridOf, nest } from './tensors/nested.js';
import { isShape, shapeProblem } from './tensors/shape.js';
import { writeTfTensor } from './tensors/tf-tensor.js';

export interface AnswerOptions {
  /** Where absent, the columns are called t:0, t:1, ... as in Seldon's wrapper. */
  readonly names?: readonly string[] | undefined;
  readonly tags?: Readonly<Record<string, unknown>> | undefined;
  /** Added to the request's; null leaves those out as well. */
  readonly metrics?: readonly Metric[] | null | undefined;
  /** Node name to image, added to meta.requestPath. */
  readonly requestPath?: Readonly<Record<string, string>> | undefined;
}

/**
 * A component's result as a message: arrays and tensors as `data` in the kind of the request, strings as strData, bytes
 * as binData, objects as jsonData. `meta` is the request's with the tags merged and without the routing, which is the
 * engine's.
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

/** The request's own payload as an answer, with the `meta` of one. */
export function toEcho(message: Message, request: Payload, options: AnswerOptions): Message {
  const given = message.value as Readonly<Record<string, unknown>>;
  const member = PAYLOADS.find((name) => given[name] !== undefined)!;
  const content = given[member];
  return Message.ofValue({
    [member]: isObject(content) && member === 'data' ? { names: request.names, ...content } : content,
    meta: answerMeta(request, options),
  });
}

function answerMeta({ meta }: Pick<Payload, 'meta'>, options: AnswerOptions): Record<string, unknown> {
  const { routing: _, ...kept }: Record<string, unknown> = meta;
  const { tags = {}, metrics = [], requestPath } = options;
  if (Object.keys(tags).length > 0) kept.tags = { ...objectOr(kept.tags), ...(asJson(tags) as object) };
  if (metrics === null) delete kept.metrics;
  else if (metrics.length > 0) kept.metrics = [...listOr(kept.metrics), ...metrics];
  if (requestPath) kept.requestPath = { ...objectOr(kept.requestPath), ...requestPath };
  return kept;
}

function objectOr(value: unknown): object {
  return isObject(value) ? value : {};
}

type Kind = Payload['kind'];
type Names = AnswerOptions['names'];

function payload(kind: Kind, result: unknown, names: Names): Record<string, unknown> {
  if (typeof result === 'string') return { strData: result };
  if (types.isUint8Array(result)) return { binData: Buffer.from(result).toString('base64') };
  if (isTensor(result)) return { data: tensorData(kind, result, names) };
  if (Array.isArray(result) || types.isTypedArray(result)) {
    return { data: rowsData(kind, plain(result) as unknown[], names) };
  }
  if (!isObject(result)) throw new InvalidResultError('an array, a string, bytes or an object', result);
  return { jsonData: asJson(result) };
}

function rowsData(kind: Kind, rows: unknown[], names: Names): Record<string, unknown> {
  const first = rows[0];
  const columns = { names: names ?? defaultNames(Array.isArray(first) ? first.length : 0) };
  const grid = kind === 'ndarray' ? null : gridOf(rows);
  if (!grid) return { ...columns, ndarray: rows };
  const { shape, values } = grid;
  return kind === 'tftensor'
    ? { ...columns, tftensor: writeTfTensor(shape, values) }
    : { ...columns, tensor: { shape, values } };
}

function tensorData(kind: Kind, tensor: AnyTensor, names: Names): Record<string, unknown> {
  const { shape, values } = tensor;
  const problem = shapeProblem(shape, values.length);
  if (problem !== null) throw new InvalidResultError('a tensor', problem);
  const columns = { names: names ?? defaultNames(shape[1] ?? 0) };
  checkFinite(values);
  if (kind === 'tftensor') return { ...columns, tftensor: writeTfTensor(shape, values) };
  const numbers = Array.from(values, Number);
  if (kind !== 'ndarray') return { ...columns, tensor: { shape, values: numbers } };
  return { ...columns, ndarray: shape.length === 0 ? numbers : nest(numbers, shape) };
}

function defaultNames(columns: number): string[] {
  return Array.from({ length: columns }, (_, i) => `t:${i}`);
}

type AnyTensor = Pick<Tensor<NumericArray>, 'shape' | 'values'>;

/** By what it holds, because a module may have a Tensor of its own. */
function isTensor(result: unknown): result is AnyTensor {
  return isObject(result) && isShape(result.shape) && types.isTypedArray(result.values);
}

/** Typed arrays become arrays and big integers numbers; what JSON would turn into null is refused. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (types.isTypedArray(value)) {
    checkFinite(value as NumericArray);
    return Array.from(value as ArrayLike<number | bigint>, Number);
  }
  if (typeof value === 'bigint') return Number(value);
  if (value === undefined || isInfinite(value)) throw new InvalidResultError('finite numbers', value);
  return isObject(value) ? asJson(value) : value;
}

function checkFinite(values: NumericArray): void {
  const infinite = (values as Float64Array).find(isInfinite);
  if (infinite !== undefined) throw new InvalidResultError('finite numbers', infinite);
}

function isInfinite(value: unknown): boolean {
  return typeof value === 'number' && !Number.isFinite(value);
}

/** A copy that its owner can no longer change; throws where JSON cannot say it. */
function asJson(value: object): unknown {
  return JSON.parse(JSON.stringify(value));
}
