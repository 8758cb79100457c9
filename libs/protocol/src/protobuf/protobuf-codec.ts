import {
  type DescMessage,
  fromBinary,
  fromJson,
  type JsonValue,
  type JsonWriteOptions,
  toBinary,
  toJson,
} from '@bufbuild/protobuf';
import type { Codec } from '../codec.js';

/** Protobuf bytes of one message type; the value is its proto3 JSON form. Fields that the type lacks are left out. */
export class ProtobufCodec implements Codec {
  constructor(
    readonly schema: DescMessage,
    /** Of the JSON that is read out; its registry has the types that may stand in an `Any`. */
    private readonly options: Partial<JsonWriteOptions> = {},
  ) {}

  encode(value: unknown): Buffer {
    const options = { ignoreUnknownFields: true, registry: this.options.registry };
    const bytes = toBinary(this.schema, fromJson(this.schema, value as JsonValue, options));
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  decode(bytes: Buffer): unknown {
    return toJson(this.schema, fromBinary(this.schema, bytes), this.options);
  }
}
