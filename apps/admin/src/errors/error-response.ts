import { InvalidPatchError, StaleRevisionError, UnknownExperimentError } from '#experiments';
import { isStoreUnavailable } from '#storage';
import {
  IfMatchRequiredError,
  InvalidFieldError,
  MalformedIfMatchError,
  PreconditionFailedError,
  UnauthorizedError,
  UnknownPathError,
  UnknownRevisionError,
} from './admin-errors.js';

export interface ErrorResponse {
  readonly code: number;
  readonly reason: string;
  readonly message: string;
  /** Further members of the body, such as the field that is wrong. */
  readonly details?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

type Constructor<E> = abstract new (...args: never[]) => E;

/** Without a message it is the error's own. */
type Answer = Omit<ErrorResponse, 'message'> & Partial<Pick<ErrorResponse, 'message'>>;

interface Row {
  readonly is: (error: unknown) => boolean;
  readonly answer: (error: Error) => Answer;
}

function row<E extends Error>(type: Constructor<E>, answer: (error: E) => Answer): Row {
  return { is: (error) => error instanceof type, answer: (error) => answer(error as E) };
}

const ROWS: readonly Row[] = [
  row(UnauthorizedError, ({ keyWasGiven }) => ({
    code: 401,
    reason: 'UNAUTHORIZED',
    headers: {
      'www-authenticate': `Bearer realm="switchyard"${keyWasGiven ? ', error="invalid_token"' : ''}`,
    },
  })),
  row(InvalidFieldError, ({ field }) => ({ code: 422, reason: 'INVALID_FIELD', details: { field } })),
  row(InvalidPatchError, ({ field }) => ({ code: 422, reason: 'INVALID_FIELD', details: { field } })),
  row(UnknownExperimentError, () => ({ code: 404, reason: 'UNKNOWN_EXPERIMENT' })),
  row(UnknownPathError, () => ({ code: 404, reason: 'UNKNOWN_PATH' })),
  row(UnknownRevisionError, () => ({ code: 404, reason: 'UNKNOWN_REVISION' })),
  row(IfMatchRequiredError, () => ({ code: 428, reason: 'IF_MATCH_REQUIRED' })),
  row(MalformedIfMatchError, () => ({ code: 400, reason: 'MALFORMED_IF_MATCH' })),
  row(PreconditionFailedError, ({ current }) => ({
    code: 412,
    reason: 'STALE_REVISION',
    details: { current },
    headers: { etag: `"${current}"` },
  })),
  row(StaleRevisionError, ({ current, expected }) => ({
    code: 412,
    reason: 'STALE_REVISION',
    message: `If-Match must be the ETag of the current revision, "${current}", got "${expected}"`,
    details: { current },
    headers: { etag: `"${current}"` },
  })),
  {
    is: isStoreUnavailable,
    answer: () => ({
      code: 503,
      reason: 'STORE_UNAVAILABLE',
      message: 'the database cannot be reached now',
      headers: { 'retry-after': '1' },
    }),
  },
];

/** Reasons of what Nest and Fastify refuse themselves, by Fastify's code or by status. */
const FRAMEWORK_REASONS: Readonly<Record<string, string>> = {
  FST_ERR_BAD_URL: 'MALFORMED_URL',
  400: 'MALFORMED_BODY',
  404: 'UNKNOWN_PATH',
  413: 'BODY_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
};

/** How an error is answered. What is not known is an internal error, whose message stays inside. */
export function errorResponse(error: unknown): ErrorResponse {
  const known = ROWS.find(({ is }) => is(error));
  if (known !== undefined) {
    const message = (error as Error).message;
    return { message, ...known.answer(error as Error) };
  }
  return frameworkError(error) ?? { code: 500, reason: 'INTERNAL', message: 'internal error; see the log' };
}

function frameworkError(error: unknown): ErrorResponse | null {
  if (!(error instanceof Error)) return null;
  const { statusCode, status, code: name } = error as Error & Record<string, unknown>;
  const code = typeof statusCode === 'number' ? statusCode : status;
  if (typeof code !== 'number' || code < 400 || code > 499) return null;
  const reason = FRAMEWORK_REASONS[String(name)] ?? FRAMEWORK_REASONS[code] ?? 'BAD_REQUEST';
  return { code, reason, message: error.message };
}
