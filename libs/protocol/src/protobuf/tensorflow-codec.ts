import {
  create,
  type DescMessage,
  fromBinary,
  fromJson,
  type JsonValue,
  toBinary,
  toJson,
} from '@bufbuild/protobuf';
import { AnySchema } from '@bufbuild/protobuf/wkt';
import type { Codec } from '../codec.js';
import { isObject, objectAt } from '../dialects/seldon-payload.js';
import { InvalidFieldError } from '../errors.js';
import { GetModelMetadataResponseSchema } from '../generated/tensorflow_serving/apis/get_model_metadata_pb.js';
import { ModelSpecSchema } from '../generated/tensorflow_serving/apis/model_pb.js';
import {
  PredictRequestSchema,
  PredictResponseSchema,
} from '../generated/tensorflow_serving/apis/predict_pb.js';
import { bufferOf } from './buffer-of.js';
import { predictAnswerCodecs, predictRequestCodecs } from './predict-codecs.js';
import { ProtobufCodec } from './protobuf-codec.js';

/** As TensorFlow Serving's REST answers are. */
const JSON_OPTIONS = { alwaysEmitImplicit: true, useProtoFieldName: true };

/** What a model's metadata holds is of types that need not be known: each value is its type's name and its bytes. */
const metadataCodec: Codec = {
  encode(value) {
    const { model_spec: spec, metadata } = objectAt('the answer', value);
    const modelSpec = fromJson(ModelSpecSchema, (spec ?? {}) as JsonValue, { ignoreUnknownFields: true });
    const entries = Object.entries(metadata ?? {}).map(
      ([name, item]) => [name, packAny(name, item)] as const,
    );
    const answer = { modelSpec, metadata: Object.fromEntries(entries) };
    return bufferOf(toBinary(GetModelMetadataResponseSchema, create(GetModelMetadataResponseSchema, answer)));
  },
  decode(bytes) {
    const { modelSpec, metadata } = fromBinary(GetModelMetadataResponseSchema, bytes);
    const entries = Object.entries(metadata).map(([name, { typeUrl, value }]) => [
      name,
      { '@type': typeUrl, value: bufferOf(value).toString('base64') },
    ]);
    return {
      model_spec: toJson(ModelSpecSchema, modelSpec ?? create(ModelSpecSchema), JSON_OPTIONS),
      metadata: Object.fromEntries(entries),
    };
  },
};

function packAny(name: string, item: unknown) {
  if (isObject(item) && typeof item['@type'] === 'string' && typeof item.value === 'string') {
    return create(AnySchema, { typeUrl: item['@type'], value: Buffer.from(item.value, 'base64') });
  }
  throw new InvalidFieldError(`metadata.${name}`, '{"@type": ..., "value": base64}', item);
}

const codecs = new Map<DescMessage, Codec>([
  [PredictRequestSchema, predictRequestCodecs().columns],
  [PredictResponseSchema, predictAnswerCodecs.columns],
  [GetModelMetadataResponseSchema, metadataCodec],
]);

/** The codec of a message type of TensorFlow Serving; always the same one. */
export function tensorflowCodec(schema: DescMessage): Codec {
  let codec = codecs.get(schema);
  if (codec === undefined) {
    codec = new ProtobufCodec(schema, JSON_OPTIONS);
    codecs.set(schema, codec);
  }
  return codec;
}
