import { v7 } from 'uuid';

const VALID = /^[\x21-\x2b\x2d-\x7e]{1,128}$/;

export function isPredictionId(text: string): boolean {
  return VALID.test(text);
}

/** UUIDv7: in order of time, so that the ledger's indexes grow at one end. */
export function newPredictionId(): string {
  return v7();
}
