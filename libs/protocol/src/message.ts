import { MalformedBodyError } from './errors.js';

export const JSON_CONTENT_TYPE = 'application/json';

/**
 * One message between two nodes: bytes, a JSON value, or both. Each form is made from the other only when somebody
 * asks for it, so bytes that no one reads pass through untouched, and neighbours in this process share one value.
 * Neither form may be changed by its reader.
 */
export class Message {
  private constructor(
    private encoded: Buffer | undefined,
    private decoded: { readonly value: unknown } | undefined,
    readonly contentType: string,
  ) {}

  static ofBytes(bytes: Buffer, contentType: string = JSON_CONTENT_TYPE): Message {
    return new Message(bytes, undefined, contentType);
  }

  static ofValue(value: unknown): Message {
    return new Message(undefined, { value }, JSON_CONTENT_TYPE);
  }

  get bytes(): Buffer {
    this.encoded ??= Buffer.from(JSON.stringify(this.decoded?.value));
    return this.encoded;
  }

  /** The value while no bytes have been made of it; undefined otherwise. */
  get unencoded(): unknown {
    return this.encoded === undefined ? this.decoded?.value : undefined;
  }

  /** Throws `MalformedBodyError` when the bytes are not JSON. */
  get value(): unknown {
    this.decoded ??= { value: parse(this.encoded!) };
    return this.decoded.value;
  }
}

function parse(bytes: Buffer): unknown {
  if (bytes.length === 0) throw new MalformedBodyError('the body is empty, expected a JSON object');
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw new MalformedBodyError(`the body is not JSON: ${(error as Error).message}`);
  }
}
