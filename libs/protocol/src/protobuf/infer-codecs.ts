import { create, type DescMessage, fromBinary, toBinary } from '@bufbuild/protobuf';
import type { Codec } from '../codec.js';
import { isObject, objectAt } from '../dialects/seldon-payload.js';
import { tensorsIn } from '../dialects/v2-tensors.js';
import { MalformedBodyError } from '../errors.js';
import { ModelInferRequestSchema, ModelInferResponseSchema } from '../generated/inference/grpc_service_pb.js';
import { bufferOf } from './buffer-of.js';
import {
  packDescription,
  packParameters,
  packTensor,
  unpackParameters,
  unpackTensor,
} from './infer-tensors.js';
import { ProtobufCodec } from './protobuf-codec.js';
import { writeRaw } from './raw-tensor.js';
import { renumbered, textFields, withTexts } from './wire.js';

/** Numbers of fields that requests and answers have in common, and of those that differ. */
const MODEL_NAME = 1;
const MODEL_VERSION = 2;
const REQUESTED_OUTPUTS = 6;
const RAW_INPUTS = 7;
const RAW_OUTPUTS = 6;

type JsonObject = Readonly<Record<string, unknown>>;

/**
 * A V2 request. Its JSON has no model: that stands in the path. An answer becomes a request by the number of one field,
 * since all others are the same.
 */
export const inferRequestCodec: Codec = {
  encode(value) {
    const request = objectAt('the body', value);
    const member = request.inputs === undefined ? 'outputs' : 'inputs';
    const inputs = tensorsIn(request, member).map((tensor, i) => packTensor(tensor, `${member}[${i}]`));
    const wanted = member === 'inputs' && Array.isArray(request.outputs) ? request.outputs : [];
    return bufferOf(
      toBinary(
        ModelInferRequestSchema,
        create(ModelInferRequestSchema, {
          ...packCommon(request),
          inputs,
          outputs: wanted.filter(isObject).map(({ name }) => ({ name: String(name) })),
        }),
      ),
    );
  },
  decode(bytes) {
    const { inputs, rawInputContents: raw, outputs, ...common } = fromBinary(ModelInferRequestSchema, bytes);
    return {
      ...unpackCommon(common),
      inputs: inputs.map((tensor, i) => unpackTensor(tensor, raw[i], `inputs[${i}]`)),
      ...(outputs.length > 0 ? { outputs: outputs.map(({ name }) => ({ name })) } : {}),
    };
  },
  adopt: (bytes, from) =>
    from === inferResponseCodec ? renumbered(bytes, { [RAW_OUTPUTS]: RAW_INPUTS }) : null,
};

/** A V2 answer. It is written with raw bytes, as Triton and MLServer do: Triton's client reads no numbers elsewhere. */
const inferResponseCodec: Codec = {
  encode(value) {
    const answer = objectAt('the answer', value);
    const member = answer.outputs === undefined ? 'inputs' : 'outputs';
    const tensors = tensorsIn(answer, member);
    return bufferOf(
      toBinary(
        ModelInferResponseSchema,
        create(ModelInferResponseSchema, {
          ...packCommon(answer),
          modelName: textOr(answer.model_name),
          modelVersion: textOr(answer.model_version),
          outputs: tensors.map(packDescription),
          rawOutputContents: tensors.map(({ data, datatype }, i) =>
            writeRaw(data, datatype, `${member}[${i}]`),
          ),
        }),
      ),
    );
  },
  decode(bytes) {
    const answer = fromBinary(ModelInferResponseSchema, bytes);
    const { modelName, modelVersion, outputs, rawOutputContents: raw } = answer;
    return {
      model_name: modelName,
      ...(modelVersion === '' ? {} : { model_version: modelVersion }),
      ...unpackCommon(answer),
      outputs: outputs.map((tensor, i) => unpackTensor(tensor, raw[i], `outputs[${i}]`)),
    };
  },
  adopt: (bytes, from) =>
    from === inferRequestCodec
      ? renumbered(bytes, { [REQUESTED_OUTPUTS]: null, [RAW_INPUTS]: RAW_OUTPUTS })
      : null,
};

function packCommon({ id, parameters }: JsonObject) {
  return { id: textOr(id), parameters: packParameters(parameters) };
}

function unpackCommon({
  id,
  parameters,
}: {
  id: string;
  parameters: Parameters<typeof unpackParameters>[0];
}) {
  return {
    ...(id === '' ? {} : { id }),
    ...(Object.keys(parameters).length > 0
      ? { parameters: unpackParameters(parameters, 'the message') }
      : {}),
  };
}

function textOr(value: unknown): string {
  return value === undefined || value === null ? '' : String(value);
}

const codecs = new Map<DescMessage, Codec>([
  [ModelInferRequestSchema, inferRequestCodec],
  [ModelInferResponseSchema, inferResponseCodec],
]);

/** The codec of a message type of the Open Inference Protocol; always the same one. */
export function inferenceCodec(schema: DescMessage): Codec {
  let codec = codecs.get(schema);
  if (codec === undefined) {
    codec = new ProtobufCodec(schema, { alwaysEmitImplicit: true });
    codecs.set(schema, codec);
  }
  return codec;
}

/** A model as a request names it; the version is empty where it names none. */
export interface NamedModel {
  readonly name: string;
  readonly version: string;
}

/** Of a packed request; nothing else of it is read. Throws `MalformedBodyError` where it is no Protobuf. */
export function readModel(request: Buffer): NamedModel {
  try {
    const [name, version] = textFields(request, [MODEL_NAME, MODEL_VERSION]);
    return { name: name!, version: version! };
  } catch (error) {
    throw new MalformedBodyError(`the body is no ModelInferRequest: ${(error as Error).message}`);
  }
}

export function withModel(request: Buffer, { name, version }: NamedModel): Buffer {
  return withTexts(request, { [MODEL_NAME]: name, [MODEL_VERSION]: version });
}
