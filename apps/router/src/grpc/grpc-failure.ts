import { type StatusObject, status } from '@grpc/grpc-js';
import { ComponentError } from '#graph';
import { failureStatus, grpcCodeOf } from '#transport';
import { failureHeaders, failureOf } from '../data-plane/failures.js';
import { metadataOf } from './headers-of.js';

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
  const code = own?.code ?? CODES.get(reason) ?? grpcCodeOf(http);
  const failure = failureStatus(code, own?.details ?? info, reason);
  failure.metadata.merge(metadataOf(failureHeaders(error)));
  return failure;
}
