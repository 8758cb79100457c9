import { MalformedAnswerError, MalformedBodyError } from './errors.js';

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
    private readonly origin?: string,
  ) {}

  /** `origin` is the node whose answer it is; without one it came from the client. */
  static ofBytes(bytes: Buffer, contentType: string = JSON_CONTENT_TYPE, origin?: string): Message {
    return new Message(bytes, undefined, contentType, origin);
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

  /** Where the bytes are not JSON: throws `MalformedBodyError`, or `MalformedAnswerError` when a node gave them. */
  get value(): unknown {
    this.decoded ??= { value: this.parse() };
    return this.decoded.value;
  }

  private parse(): unknown {
    const bytes = this.encoded!;
    try {
      return JSON.parse(bytes.toString('utf8'));
    } catch (error) {
      const problem =
        bytes.length === 0 ? 'is empty, expected a JSON object' : `is not JSON: ${messageOf(error)}`;
      if (this.origin === undefined) throw new MalformedBodyError(`the body ${problem}`);
      throw new MalformedAnswerError(this.origin, problem);
    }
  }
}

function messageOf(error: unknown): string {
  return (error as Error).message;
}
