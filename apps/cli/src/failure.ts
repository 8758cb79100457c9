import { CommanderError } from 'commander';
import { environment } from './environment.js';

/** Exit statuses: something that was asked for could not be done; it was asked for wrongly. */
export const FAILED = 1;
const MISUSED = 2;

/** Flags that do not go together. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Says on stderr what went wrong, and returns the exit status. */
export function reportFailure(error: unknown, status = FAILED): number {
  // Commander has said it already; --help and --version end this way too, with 0.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : MISUSED;
  process.stderr.write(`switchyard: ${messageOf(error)}\n`);
  if (environment().debug) process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
  return error instanceof UsageError ? MISUSED : status;
}

/** A connection that was tried at several addresses fails with one error for all of them and no message. */
export function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(messageOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
