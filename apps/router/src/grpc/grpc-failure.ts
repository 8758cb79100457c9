import { type StatusObject, status } from '@grpc/grpc-js';
import { ComponentError } from '#graph';
import { grpcCodeOf } from '#transport';
import { failureHeaders, failureOf } from '../data-plane/failures.js';
import { metadataOf } from './headers-of.js';

/** A client's limit for all headers of an answer is 8 KB, and percent-encoding may make nine of one. */
const LONGEST = 800;

/** By the failure's reason, where its HTTP status would say something else. */
const CODES: ReadonlyMap<string, status> = new Map([
  ['UNKNOWN_NODE', status.NOT_FOUND],
  ['MICROSERVICE_TIMEOUT', status.DEADLINE_EXCEEDED],
  ['MICROSERVICE_UNREACHABLE', status.UNAVAILABLE],
]);

/** A failure as a gRPC client sees it: the component's own status where it has one, or what REST says. */
export function grpcFailure(error: unknown): StatusObject {
  const { status: http, info, reason } = failureOf(error);
  const own = error instanceof ComponentError ? error.rpc : undefined;
  return {
    code: own?.code ?? CODES.get(reason) ?? grpcCodeOf(http),
    details: sendable(own?.details ?? info),
    metadata: metadataOf(['switchyard-reason', printable(reason), ...failureHeaders(error)]),
  };
}

/** Half a surrogate pair has no encoding. */
function sendable(text: string): string {
  const whole = Buffer.from(text).toString();
  return whole.length > LONGEST ? `${Array.from(whole).slice(0, LONGEST).join('')}...` : whole;
}

/** A reason may be a component's own. */
function printable(reason: string): string {
  return reason.replace(/[^ -~]/g, '?').slice(0, LONGEST);
}
