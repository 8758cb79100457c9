import type { Codec } from './codec.js';
import { MalformedAnswerError, MalformedBodyError } from './errors.js';

export const JSON_CONTENT_TYPE = 'application/json';

/** The bytes of a message in the form of a codec. */
interface Packed {
  readonly codec: Codec;
  readonly bytes: Buffer;
}

/**
 * One message between two nodes: bytes, a JSON value, or the packed bytes of a codec. Each form is made from another
 * only when somebody asks for it, so bytes that no one reads pass through untouched, and neighbours in this process
 * share one value. No form may be changed by its reader.
 */
export class Message {
  private constructor(
    private encoded: Buffer | undefined,
    private decoded: { readonly value: unknown } | undefined,
    private packed: Packed | undefined,
    readonly contentType: string,
    private readonly origin?: string,
  ) {}

  /** `origin` is the node whose answer it is; without one it came from the client. */
  static ofBytes(bytes: Buffer, contentType: string = JSON_CONTENT_TYPE, origin?: string): Message {
    return new Message(bytes, undefined, undefined, contentType, origin);
  }

  static ofValue(value: unknown, origin?: string): Message {
    return new Message(undefined, { value }, undefined, JSON_CONTENT_TYPE, origin);
  }

  static ofPacked(bytes: Buffer, codec: Codec, origin?: string): Message {
    return new Message(undefined, undefined, { bytes, codec }, JSON_CONTENT_TYPE, origin);
  }

  /** The same message as the answer of a node, unless it is one already. */
  withOrigin(node: string): Message {
    if (this.origin !== undefined) return this;
    return new Message(this.encoded, this.decoded, this.packed, this.contentType, node);
  }

  get bytes(): Buffer {
    this.encoded ??= Buffer.from(JSON.stringify(this.value));
    return this.encoded;
  }

  /** That of its packed bytes; undefined while it has none. */
  get packedCodec(): Codec | undefined {
    return this.packed?.codec;
  }

  /** Whether there is nothing in it: bytes that are no message in any form. */
  get isEmpty(): boolean {
    return this.encoded?.length === 0;
  }

  /** Whether a text stands in the bytes that it came in, be they JSON or packed. */
  mentions(text: string): boolean {
    return (this.encoded ?? this.packed?.bytes ?? this.bytes).includes(text);
  }

  /** The value while no bytes have been made of it; undefined otherwise. */
  get unencoded(): unknown {
    return this.encoded === undefined ? this.value : undefined;
  }

  /** Where the bytes are not JSON: throws `MalformedBodyError`, or `MalformedAnswerError` when a node gave them. */
  get value(): unknown {
    this.decoded ??= { value: this.packed ? this.unpack(this.packed) : this.parse(this.encoded!) };
    return this.decoded.value;
  }

  /** The bytes in the codec's form. Throws as `value` does, also where the value does not fit the form. */
  packedBy(codec: Codec): Buffer {
    if (this.packed?.codec !== codec) this.packed = { codec, bytes: this.adopted(codec) ?? this.pack(codec) };
    return this.packed.bytes;
  }

  private adopted(codec: Codec): Buffer | null {
    try {
      return (this.packed && codec.adopt?.(this.packed.bytes, this.packed.codec)) ?? null;
    } catch (error) {
      throw this.malformed(`is no Protobuf: ${messageOf(error)}`);
    }
  }

  private pack(codec: Codec): Buffer {
    const { value } = this;
    try {
      return codec.encode(value);
    } catch (error) {
      throw this.malformed(`does not fit its Protobuf message: ${messageOf(error)}`);
    }
  }

  private unpack({ codec, bytes }: Packed): unknown {
    try {
      return codec.decode(bytes);
    } catch (error) {
      throw this.malformed(`cannot be read as JSON: ${messageOf(error)}`);
    }
  }

  private parse(bytes: Buffer): unknown {
    try {
      return JSON.parse(bytes.toString('utf8'));
    } catch (error) {
      throw this.malformed(
        bytes.length === 0 ? 'is empty, expected a JSON object' : `is not JSON: ${messageOf(error)}`,
      );
    }
  }

  private malformed(problem: string): Error {
    if (this.origin === undefined) return new MalformedBodyError(`the body ${problem}`);
    return new MalformedAnswerError(this.origin, problem);
  }
}

function messageOf(error: unknown): string {
  return (error as Error).message;
}
