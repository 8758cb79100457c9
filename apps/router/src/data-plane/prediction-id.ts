import { randomFillSync } from 'node:crypto';
import { v7 } from 'uuid';

const VALID = /^[\x21-\x2b\x2d-\x7e]{1,128}$/;
const BYTES = 16;

/** Random bytes for 256 ids at a time: asking for 16 costs five times as much as the rest of an id. */
const pool = Buffer.allocUnsafe(256 * BYTES);
let used = pool.length;

export function isPredictionId(text: string): boolean {
  return VALID.test(text);
}

/** UUIDv7: in order of time, so that the ledger's indexes grow at one end. */
export function newPredictionId(): string {
  return v7({ rng: randomBytes });
}

function randomBytes(): Buffer {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += BYTES;
  return pool.subarray(used - BYTES, used);
}
