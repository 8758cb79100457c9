import type { Message } from '../message.js';

export type ProtocolName = 'seldon' | 'tensorflow' | 'v2';

/** The calls that a component may get. */
export type ComponentCall =
  | 'predict'
  | 'transformInput'
  | 'transformOutput'
  | 'route'
  | 'aggregate'
  | 'sendFeedback'
  | 'status'
  | 'metadata';

/** Calls that only TensorFlow's protocol has, and only over gRPC. */
export type RelayedCall = 'classify' | 'regress' | 'multiInference';

/** What a path of the edge is for. */
export type Service =
  | RelayedCall
  | 'predictions'
  | 'feedback'
  | 'status'
  | 'metadata'
  | 'ready'
  | 'live'
  | 'server'
  | 'doc';

/** A path that clients call. In `path`, `{model}` stands for a name, `{version}` for one and the number after it. */
export interface EdgePath {
  readonly path: string;
  readonly service: Service;
  readonly verb: 'GET' | 'POST';
}

/** What a node says of the form that its component takes; the defaults are the dialect's. */
export interface ModelOptions {
  /** The name of the input that the payload becomes. */
  readonly input?: string | undefined;
  /** The output that is the answer, where there are several. */
  readonly output?: string | undefined;
  /** The datatype of numbers. */
  readonly datatype?: string | undefined;
  readonly signature?: string | undefined;
}

/** A SeldonMessage as a JSON value: what one protocol is translated to another by. */
export type SeldonValue = Readonly<Record<string, unknown>>;

/** How `data` is written where the payload allows both. */
export type DataKind = 'ndarray' | 'tensor';

/** One protocol: its paths, its messages, and their translation. `dialects.spec.ts` holds what every one promises. */
export interface Dialect {
  readonly name: ProtocolName;
  readonly edgePaths: readonly EdgePath[];
  /** Whether components are sent feedback. */
  readonly sendsFeedback: boolean;

  /** The path of a component; null where the protocol has none. `model` may end in a version: `iris/versions/2`. */
  callPath(call: ComponentCall, model: string): string | null;

  /** A node's answer as the request of the next, by moving bytes only; what is a request already stays as it is. */
  toRequest(message: Message): Message;
  /** The number in an answer to `route`. Throws `InvalidRouteValueError`. */
  readRoute(answer: Message): number;

  /** The body of a failure. `reason` is for programs, `info` for people; `code` is the HTTP status. */
  failure(code: number, info: string, reason: string): object;
  /** What is said of a model that has no words of its own. */
  describeReady(model: string): object;
  /** Null where the protocol has no form for a model about which nothing is known. */
  describeModel(model: string): object | null;

  /** Throws `MalformedBodyError` that names the field. */
  readRequest(request: unknown): SeldonValue;
  writeRequest(message: SeldonValue, options: ModelOptions): unknown;
  /** Throws `MalformedBodyError` that names the field. */
  readAnswer(answer: unknown, kind: DataKind, options: ModelOptions): SeldonValue;
  /** `request` is what is answered, in this protocol; undefined where that was several messages. */
  writeAnswer(message: SeldonValue, request: unknown, model: string): unknown;
}
