/** A binary form of messages: how a JSON value is written as bytes, and read from them. */
export interface Codec {
  /** Throws where the value does not fit the form. */
  encode(value: unknown): Buffer;
  /** Throws where the bytes are not of the form. */
  decode(bytes: Buffer): unknown;
  /** The bytes of another codec's form in this one, where that takes no reading of them; else null. */
  adopt?(bytes: Buffer, from: Codec): Buffer | null;
}
