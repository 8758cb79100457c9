import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Decision } from './decision.js';
import { InvalidReceiptError } from './errors.js';
import { packDecisions, unpackDecisions } from './pack-decisions.js';

/** Characters; Node refuses longer headers anyway. */
const LONGEST_TOKEN = 16_384;
const SIGNATURE_BYTES = 16;
const SHORTEST_KEY = 16;

/**
 * Decisions as a token that clients keep and hand back: `payload.signature` in base64url, the payload being packed
 * decisions, the signature HMAC-SHA256 cut to 128 bits (RFC 2104, section 5).
 */
export class ReceiptSigner {
  /** At least 16 random bytes, the same on every replica and secret. */
  constructor(private readonly key: Buffer) {
    if (key.length < SHORTEST_KEY) {
      throw new RangeError(`the receipt key must have at least ${SHORTEST_KEY} bytes, got ${key.length}`);
    }
  }

  sign(decisions: readonly Decision[]): string {
    const payload = Buffer.from(packDecisions(decisions)).toString('base64url');
    return `${payload}.${this.signature(payload).toString('base64url')}`;
  }

  /** Throws `InvalidReceiptError`. */
  open(token: string): Decision[] {
    if (token.length > LONGEST_TOKEN) {
      throw new InvalidReceiptError(`it must have at most ${LONGEST_TOKEN} characters, got ${token.length}`);
    }
    const [payload, signature, ...rest] = token.split('.');
    if (!payload || !signature || rest.length > 0) {
      throw new InvalidReceiptError('it must have the form payload.signature');
    }
    if (!this.isSigned(payload, signature)) throw new InvalidReceiptError('its signature is wrong');
    return decisionsOf(payload);
  }

  private isSigned(payload: string, signature: string): boolean {
    const given = Buffer.from(signature, 'base64url');
    return given.length === SIGNATURE_BYTES && timingSafeEqual(given, this.signature(payload));
  }

  private signature(payload: string): Buffer {
    return createHmac('sha256', this.key).update(payload).digest().subarray(0, SIGNATURE_BYTES);
  }
}

function decisionsOf(payload: string): Decision[] {
  try {
    return unpackDecisions(Buffer.from(payload, 'base64url').toString('utf8'));
  } catch (error) {
    throw new InvalidReceiptError((error as Error).message);
  }
}
