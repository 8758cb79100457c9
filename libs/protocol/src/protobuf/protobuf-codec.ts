import {
  type DescMessage,
  fromBinary,
  fromJson,
  type JsonValue,
  type Registry,
  toBinary,
  toJson,
} from '@bufbuild/protobuf';
import type { Codec } from '../codec.js';

/** Protobuf bytes of one message type; the value is its proto3 JSON form. Fields that the type lacks are left out. */
export class ProtobufCodec implements Codec {
  constructor(
    readonly schema: DescMessage,
    /** The types that may stand in an `Any`. */
    private readonly registry?: Registry,
    /** Whether the JSON has fields that are not set, with the values that this stands for. */
    private readonly alwaysEmitImplicit = false,
  ) {}

  encode(value: unknown): Buffer {
    const options = { ignoreUnknownFields: true, registry: this.registry };
    const bytes = toBinary(this.schema, fromJson(this.schema, value as JsonValue, options));
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  decode(bytes: Buffer): unknown {
    const { registry, alwaysEmitImplicit } = this;
    return toJson(this.schema, fromBinary(this.schema, bytes), { registry, alwaysEmitImplicit });
  }
}
