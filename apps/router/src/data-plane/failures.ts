import { InvalidReceiptError, InvalidRewardError, LedgerUnavailableError } from '#experiments';
import { ComponentError, InvalidRouteError, MissingRoutingError } from '#graph';
import {
  type Dialect,
  InvalidFeedbackError,
  MalformedAnswerError,
  MalformedBodyError,
  Message,
} from '#protocol';
import {
  ContradictoryFeedbackError,
  UnidentifiedFeedbackError,
  UnknownDecisionError,
} from '../feedback/errors.js';
import { UnknownDeploymentError } from '../grpc/errors.js';
import type { Answer } from './answer.js';
import {
  BodyTooLargeError,
  InvalidPredictionIdError,
  MethodNotAllowedError,
  MissingSnapshotError,
  NoMetadataError,
  NotReadyError,
  NotSupportedError,
  UnknownArmError,
  UnknownModelError,
  UnknownNodeError,
  UnknownPathError,
} from './errors.js';

/** A failure as the client sees it. */
export interface Failure {
  readonly status: number;
  readonly info: string;
  /** For programs: one word per case. */
  readonly reason: string;
}

interface Row {
  readonly error: abstract new (...args: never[]) => Error;
  readonly status: number;
  readonly reason: string;
  readonly headers?: readonly string[];
}

/** The first that fits. */
const ROWS: readonly Row[] = [
  { error: InvalidFeedbackError, status: 422, reason: 'INVALID_FEEDBACK' },
  { error: MalformedBodyError, status: 400, reason: 'MALFORMED_BODY' },
  { error: MalformedAnswerError, status: 500, reason: 'MICROSERVICE_BAD_DATA' },
  { error: InvalidPredictionIdError, status: 400, reason: 'INVALID_PUID' },
  { error: UnknownPathError, status: 404, reason: 'UNKNOWN_PATH' },
  { error: UnknownDeploymentError, status: 404, reason: 'UNKNOWN_DEPLOYMENT' },
  { error: UnknownDecisionError, status: 404, reason: 'UNKNOWN_DECISION' },
  // Seldon's status, though 404 would say it better.
  { error: UnknownNodeError, status: 500, reason: 'UNKNOWN_NODE' },
  { error: UnknownModelError, status: 404, reason: 'UNKNOWN_MODEL' },
  { error: NoMetadataError, status: 404, reason: 'NO_METADATA' },
  { error: NotSupportedError, status: 501, reason: 'NOT_SUPPORTED' },
  { error: NotReadyError, status: 503, reason: 'NOT_READY' },
  { error: MethodNotAllowedError, status: 405, reason: 'METHOD_NOT_ALLOWED' },
  { error: BodyTooLargeError, status: 413, reason: 'BODY_TOO_LARGE' },
  { error: MissingRoutingError, status: 422, reason: 'MISSING_ROUTING' },
  { error: UnidentifiedFeedbackError, status: 422, reason: 'UNIDENTIFIED_FEEDBACK' },
  { error: ContradictoryFeedbackError, status: 422, reason: 'CONTRADICTORY_FEEDBACK' },
  { error: InvalidRewardError, status: 422, reason: 'INVALID_REWARD' },
  { error: InvalidReceiptError, status: 422, reason: 'INVALID_RECEIPT' },
  { error: InvalidRouteError, status: 500, reason: 'INVALID_ROUTE' },
  { error: MissingSnapshotError, status: 503, reason: 'EXPERIMENT_NOT_PUBLISHED' },
  { error: UnknownArmError, status: 503, reason: 'UNKNOWN_ARM' },
  { error: LedgerUnavailableError, status: 503, reason: 'LEDGER_UNAVAILABLE', headers: ['Retry-After', '1'] },
];

const UNEXPECTED: Failure = { status: 500, info: 'unexpected failure', reason: 'INTERNAL' };

function rowOf(error: unknown): Row | undefined {
  return ROWS.find((row) => error instanceof row.error);
}

/** What nobody expected is told to the log, not to the client. */
export function isExpected(error: unknown): boolean {
  return error instanceof ComponentError || rowOf(error) !== undefined;
}

export function failureOf(error: unknown): Failure {
  if (error instanceof ComponentError) {
    return { status: error.status, info: error.info, reason: ownReason(error) ?? error.reason };
  }
  const row = rowOf(error);
  if (row === undefined) return UNEXPECTED;
  return { status: row.status, info: (error as Error).message, reason: row.reason };
}

export function failureAnswer(error: unknown, dialect: Dialect): Answer {
  const { status, info, reason } = failureOf(error);
  return {
    status,
    message: Message.ofValue(dialect.failure(status, info, reason)),
    headers: failureHeaders(error),
  };
}

/** Name, value, name, value, ... */
export function failureHeaders(error: unknown): string[] {
  if (error instanceof MethodNotAllowedError) return ['Allow', `OPTIONS, ${error.allowed}`];
  return [...(rowOf(error)?.headers ?? [])];
}

/** The reason in the component's own Status, where it answered with one. */
function ownReason({ body }: ComponentError): string | undefined {
  const { status } = (body?.value ?? {}) as { status?: { reason?: unknown } };
  return typeof status?.reason === 'string' && status.reason !== '' ? status.reason : undefined;
}
