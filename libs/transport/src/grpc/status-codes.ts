import { status } from '@grpc/grpc-js';

const FALLBACK = 500;

/** Status codes of gRPC and the HTTP status that says the same; the first of a status is what it becomes. */
const ROWS: readonly (readonly [code: status, http: number])[] = [
  [status.INVALID_ARGUMENT, 400],
  [status.INVALID_ARGUMENT, 422],
  [status.FAILED_PRECONDITION, 400],
  [status.OUT_OF_RANGE, 400],
  [status.UNAUTHENTICATED, 401],
  [status.PERMISSION_DENIED, 403],
  [status.NOT_FOUND, 404],
  [status.ABORTED, 409],
  [status.ALREADY_EXISTS, 409],
  [status.RESOURCE_EXHAUSTED, 429],
  [status.RESOURCE_EXHAUSTED, 413],
  [status.UNIMPLEMENTED, 501],
  [status.UNAVAILABLE, 503],
  [status.UNAVAILABLE, 502],
  [status.DEADLINE_EXCEEDED, 504],
];

/** 500 for codes that HTTP has no word for. */
export function httpStatusOf(code: status): number {
  return ROWS.find(([known]) => known === code)?.[1] ?? FALLBACK;
}

/** For the HTTP status of a failure: other refusals are the caller's to mend, other failures nobody's. */
export function grpcCodeOf(http: number): status {
  const found = ROWS.find(([, known]) => known === http);
  return found?.[0] ?? (http < FALLBACK ? status.INVALID_ARGUMENT : status.INTERNAL);
}
