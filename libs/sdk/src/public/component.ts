import type { SeldonResponse } from './seldon-response.js';

/** The names of the columns; empty where the message has none. */
export type Names = readonly string[];

/** `meta` of the request: puid, tags, routing, requestPath, metrics, as far as they came. */
export type Meta = Readonly<Record<string, unknown>>;

/** One measurement of a component, as it goes into `meta.metrics`. A TIMER is in milliseconds. */
export interface Metric {
  readonly type: 'COUNTER' | 'GAUGE' | 'TIMER';
  readonly key: string;
  readonly value: number;
  readonly tags?: Readonly<Record<string, unknown>>;
}

/**
 * What a method may return: an array, a typed array or a Tensor (answered as `data`), a string (strData), a Uint8Array
 * (binData), any other object (jsonData), or one of these in a SeldonResponse.
 */
export type Result = string | object;

type Awaitable<T> = T | Promise<T>;

/** The calls that a component answers; each has a `...Raw` form as well. */
export type ComponentCall =
  | 'predict'
  | 'transformInput'
  | 'transformOutput'
  | 'route'
  | 'aggregate'
  | 'sendFeedback';

/** Take the whole message as it came and return the whole answer, which is passed on untouched. */
interface RawForms {
  predictRaw?(message: unknown): unknown;
  transformInputRaw?(message: unknown): unknown;
  transformOutputRaw?(message: unknown): unknown;
  routeRaw?(message: unknown): unknown;
  aggregateRaw?(message: unknown): unknown;
  sendFeedbackRaw?(message: unknown): unknown;
  healthStatusRaw?(): unknown;
}

/**
 * A component as a class, with the arguments of Seldon's Python wrapper. Every member may be absent. `values` are nested
 * arrays for `data`, or a Tensor where `valuesAs` says so; a string, any JSON value, a Buffer or an Any in its JSON form
 * for strData, jsonData, binData and customData.
 */
export interface Component extends RawForms {
  /** `tensor`: values come as a Tensor of 64-bit floats where all of them are numbers in a regular grid. */
  readonly valuesAs?: 'arrays' | 'tensor';
  /** Once per process, before the first call. */
  load?(): Awaitable<void>;
  predict?(values: unknown, names: Names, meta: Meta): Awaitable<Result>;
  transformInput?(values: unknown, names: Names, meta: Meta): Awaitable<Result>;
  transformOutput?(values: unknown, names: Names, meta: Meta): Awaitable<Result>;
  /** The index of a child, -1 for all, -2 for none. */
  route?(values: unknown, names: Names, meta: Meta): Awaitable<number | SeldonResponse<number>>;
  aggregate?(values: readonly unknown[], names: readonly Names[]): Awaitable<Result>;
  /** `routing` is the route that this node took, null where the feedback does not say. Returns a Result or nothing. */
  sendFeedback?(
    features: unknown,
    names: Names,
    reward: number | undefined,
    truth: unknown,
    routing: number | null,
  ): unknown;
  /** The columns of an answer; of transformInput's answer: featureNames. */
  readonly classNames?: Names | (() => Names);
  readonly featureNames?: Names | (() => Names);
  tags?(): Readonly<Record<string, unknown>>;
  metrics?(): readonly Metric[];
  /** `{name, versions, platform, inputs, outputs, custom}`, whatever of it is known. */
  initMetadata?(): Awaitable<object>;
  healthStatus?(): Awaitable<Result>;
  /** Runs in a process of its own beside the workers, with an instance of its own, after `load`. */
  customService?(): Awaitable<void>;
}
