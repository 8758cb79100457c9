import { Metadata, type StatusObject, type status } from '@grpc/grpc-js';

/** A client's limit for all headers of an answer is 8 KB, and percent-encoding may make nine of one. */
const LONGEST = 800;

/** The status of a call that failed: `details` are for people, `reason` is for programs, in `switchyard-reason`. */
export function failureStatus(code: status, details: string, reason: string): StatusObject {
  const metadata = new Metadata();
  metadata.set('switchyard-reason', printable(reason));
  return { code, details: sendable(details), metadata };
}

/** Half a surrogate pair has no encoding. */
function sendable(text: string): string {
  const whole = Buffer.from(text).toString();
  return whole.length > LONGEST ? `${Array.from(whole).slice(0, LONGEST).join('')}...` : whole;
}

/** A reason may be a user's own. */
function printable(reason: string): string {
  return reason.replace(/[^ -~]/g, '?').slice(0, LONGEST);
}
