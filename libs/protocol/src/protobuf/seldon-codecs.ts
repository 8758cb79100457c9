import { createRegistry, type DescMessage } from '@bufbuild/protobuf';
import {
  file_google_protobuf_duration,
  file_google_protobuf_struct,
  file_google_protobuf_timestamp,
  file_google_protobuf_wrappers,
} from '@bufbuild/protobuf/wkt';
import {
  FeedbackSchema,
  file_seldon_prediction,
  SeldonMessageListSchema,
  SeldonMessageSchema,
} from '../generated/seldon/prediction_pb.js';
import { ProtobufCodec } from './protobuf-codec.js';

/** What `customData` may hold; other types have no JSON form. */
const registry = createRegistry(
  file_seldon_prediction,
  file_google_protobuf_duration,
  file_google_protobuf_struct,
  file_google_protobuf_timestamp,
  file_google_protobuf_wrappers,
);

const codecs = new WeakMap<DescMessage, ProtobufCodec>();

/** The codec of a message type; always the same one. */
export function seldonCodec(schema: DescMessage): ProtobufCodec {
  let codec = codecs.get(schema);
  if (codec === undefined) {
    codec = new ProtobufCodec(schema, { registry });
    codecs.set(schema, codec);
  }
  return codec;
}

export const seldonMessageCodec = seldonCodec(SeldonMessageSchema);
export const seldonMessageListCodec = seldonCodec(SeldonMessageListSchema);
export const feedbackCodec = seldonCodec(FeedbackSchema);
