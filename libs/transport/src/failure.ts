import { ComponentError } from '#graph';
import { MalformedBodyError } from '#protocol';
import { messageOf } from '#sdk';
import { CallTimeoutError } from './deadline.js';

/** What code in this process threw, with the node and the call that it came from. */
export function inProcessFailure(node: string, call: string, thrown: unknown): ComponentError {
  const status = statusOf(thrown);
  return new ComponentError(
    node,
    call,
    status,
    `${node}: ${call}: ${messageOf(thrown)}`,
    reasonOf(thrown, status),
  );
}

/** What user code throws keeps its `status` when that is one of an HTTP error. */
function statusOf(thrown: unknown): number {
  if (thrown instanceof MalformedBodyError) return 400;
  const status = Number((thrown as { status?: unknown } | null | undefined)?.status);
  return Number.isInteger(status) && status >= 400 && status <= 599 ? status : 500;
}

/** What user code throws keeps its `reason`; otherwise the names of Seldon's wrapper, which knows no time limit. */
function reasonOf(thrown: unknown, status: number): string {
  if (thrown instanceof CallTimeoutError) return 'MICROSERVICE_TIMEOUT';
  const reason = (thrown as { reason?: unknown } | null | undefined)?.reason;
  if (typeof reason === 'string') return reason;
  return status < 500 ? 'MICROSERVICE_BAD_DATA' : 'MICROSERVICE_INTERNAL_ERROR';
}
