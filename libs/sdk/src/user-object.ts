type Names = readonly string[];

/** The calls that a user's class answers; each has a `...Raw` form as well. */
export type UserCall =
  | 'predict'
  | 'transformInput'
  | 'transformOutput'
  | 'route'
  | 'aggregate'
  | 'sendFeedback';

/**
 * A user's class, with the arguments of Seldon's Python wrapper. Every member may be absent, every method may be
 * asynchronous. `values` are nested arrays for `data`; a string, any JSON value, or a Buffer for the other payloads.
 */
export interface UserObject extends RawForms {
  /** Once per process, before the first call. */
  load?(): unknown;
  predict?(values: unknown, names: Names, meta: object): unknown;
  transformInput?(values: unknown, names: Names, meta: object): unknown;
  transformOutput?(values: unknown, names: Names, meta: object): unknown;
  route?(values: unknown, names: Names, meta: object): unknown;
  aggregate?(values: readonly unknown[], names: readonly Names[]): unknown;
  sendFeedback?(
    features: unknown,
    names: Names,
    reward: number | undefined,
    truth: unknown,
    routing: number | null,
  ): unknown;
  /** The columns of an answer; of transformInput's answer: featureNames. */
  classNames?: unknown;
  featureNames?: unknown;
  tags?(): unknown;
  metrics?(): unknown;
  initMetadata?(): unknown;
  healthStatus?(): unknown;
  healthStatusRaw?(): unknown;
}

/** Take the whole message as it came and return the whole answer, which is passed on untouched. */
type RawForms = { [Call in UserCall as `${Call}Raw`]?: (message: unknown) => unknown };
