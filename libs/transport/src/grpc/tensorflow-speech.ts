import type { DescMessage } from '@bufbuild/protobuf';
import type { Call, GraphNode } from '#graph';
import {
  type Message,
  ModelService,
  PredictionService,
  predictAnswerCodecs,
  predictFormOf,
  predictRequestCodecs,
  type RelayedCall,
  readTfModel,
  tensorflowCodec,
  withInputName,
  withTasks,
  withTfModel,
} from '#protocol';
import { UnusableComponentError } from '../errors.js';
import { modelOptionsOf } from '../model-options.js';
import type { GrpcSpeech } from './grpc-speech.js';
import { tfModel } from './named-model.js';

const { predict, classify, regress, multiInference, getModelMetadata } = PredictionService.method;
const { getModelStatus } = ModelService.method;
const EMPTY = Buffer.alloc(0);
/** The only one that TensorFlow Serving has. */
const METADATA_FIELD = 'signature_def';

/** TensorFlow Serving's. `model` is what to ask for, whatever the client named. */
export function tensorflowSpeech(node: GraphNode, model: string | undefined): GrpcSpeech {
  checkVersion(node, model);
  const { input, datatype } = modelOptionsOf(node);
  const codecs = predictRequestCodecs({ name: input, datatype });
  const asked = (request: Buffer, call: Call) =>
    withTfModel(request, tfModel(model ?? call.model ?? node.name));
  const relayed = (request: Buffer) => {
    const named = model ?? (readTfModel(request).name === '' ? node.name : undefined);
    return named === undefined ? request : withTfModel(request, tfModel(named));
  };
  return {
    methods: {
      predict,
      transformInput: predict,
      transformOutput: predict,
      status: getModelStatus,
      metadata: getModelMetadata,
    },
    relayed: { classify, regress, multiInference },
    codecOf: tensorflowCodec,
    pack: (message, call) => {
      const request = asked(message.packedBy(codecs[predictFormOf(message)]), call);
      return input === undefined ? request : withInputName(request, input);
    },
    answerCodecOf: (message) => predictAnswerCodecs[predictFormOf(message)],
    packStatus: (call) => asked(EMPTY, call),
    packMetadata: (call) => asked(packed(getModelMetadata.input, { metadata_field: [METADATA_FIELD] }), call),
    readMetadata: (answer) => answer,
    packRelayed: (name, message) => packRelayed(name, message, relayed),
  };
}

function packRelayed(name: RelayedCall, message: Message, named: (request: Buffer) => Buffer): Buffer {
  const request = message.packedBy(tensorflowCodec(PredictionService.method[name].input));
  return name === 'multiInference' ? withTasks(request, named) : named(request);
}

function packed(type: DescMessage, value: object): Buffer {
  return tensorflowCodec(type).encode(value);
}

/** What is written in components.yaml is not for clients to mend. */
function checkVersion(node: GraphNode, model: string | undefined): void {
  try {
    if (model !== undefined) tfModel(model);
  } catch (error) {
    throw new UnusableComponentError(node.name, (error as Error).message);
  }
}
