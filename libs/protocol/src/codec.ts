/** A binary form of messages: how a JSON value is written as bytes, and read from them. */
export interface Codec {
  /** Throws where the value does not fit the form. */
  encode(value: unknown): Buffer;
  /** Throws where the bytes are not of the form. */
  decode(bytes: Buffer): unknown;
}
