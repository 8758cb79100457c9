import type { Predictor } from '#graph';
import { UnusableComponentError } from './errors.js';

const DEFAULT_TIMEOUT_MS = 30_000;
const DEFAULT_MAX_MESSAGE_BYTES = 64 * 1024 * 1024;
const INT_32 = 2 ** 31;

/** For one call of a component. */
export interface Limits {
  readonly restTimeoutMs: number;
  readonly grpcTimeoutMs: number;
  /** Of a message over gRPC. */
  readonly maxMessageBytes: number;
}

/** By Seldon's annotations, `timeoutMs` where they are silent. Throws `UnusableComponentError`. */
export function limitsOf(predictor: Predictor, timeoutMs = DEFAULT_TIMEOUT_MS): Limits {
  return {
    restTimeoutMs: read(predictor, 'rest-timeout', 'milliseconds') ?? timeoutMs,
    grpcTimeoutMs: read(predictor, 'grpc-timeout', 'milliseconds') ?? timeoutMs,
    maxMessageBytes: read(predictor, 'grpc-max-message-size', 'bytes') ?? DEFAULT_MAX_MESSAGE_BYTES,
  };
}

function read({ name, annotations }: Predictor, annotation: string, unit: string): number | undefined {
  const text = annotations[`seldon.io/${annotation}`];
  if (text === undefined) return undefined;
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0 && value < INT_32) return value;
  const problem = `annotation seldon.io/${annotation} must be a positive whole number of ${unit}, got ${text}`;
  throw new UnusableComponentError(name, problem);
}
