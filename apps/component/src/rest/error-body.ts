import { excerpt, MalformedBodyError } from '#protocol';
import { messageOf, NoPayloadError } from '#sdk';

/** Seldon's wrapper says -1 and 1 where its engine says a status and FAILURE. */
interface ErrorBody {
  readonly status: {
    readonly code: -1;
    readonly info: string;
    readonly reason: string;
    readonly status: 1;
  };
}

export interface Failure {
  readonly status: number;
  readonly body: ErrorBody;
}

/** The answer to a request that failed by `thrown`, which may be of user code: its `status` and `reason` are kept. */
export function failureOf(thrown: unknown): Failure {
  const status = statusOf(thrown);
  const reason = reasonOf(thrown, status);
  return { status, body: { status: { code: -1, info: infoOf(thrown), reason, status: 1 } } };
}

function infoOf(thrown: unknown): string {
  return thrown instanceof NoPayloadError
    ? `Invalid request data type: ${excerpt(thrown.got)}`
    : messageOf(thrown);
}

function statusOf(thrown: unknown): number {
  if (thrown instanceof MalformedBodyError) return 400;
  const status = Number(member(thrown, 'status') ?? member(thrown, 'statusCode'));
  return Number.isInteger(status) && status >= 400 && status <= 599 ? status : 500;
}

function reasonOf(thrown: unknown, status: number): string {
  const reason = member(thrown, 'reason');
  if (typeof reason === 'string') return reason;
  return status < 500 ? 'MICROSERVICE_BAD_DATA' : 'MICROSERVICE_INTERNAL_ERROR';
}

function member(thrown: unknown, name: string): unknown {
  return (thrown as Record<string, unknown> | null | undefined)?.[name];
}
