import type { DescMethodUnary } from '@bufbuild/protobuf';
import {
  InvalidFieldError,
  type Message,
  ModelService,
  PredictionService,
  readTfModel,
  tensorflowCodec,
} from '#protocol';
import { NotSupportedError } from '../data-plane/errors.js';
import { inPath } from './in-path.js';
import type { Rpc, RpcService, Target } from './rpc.js';

const { predict, classify, regress, multiInference, getModelMetadata } = PredictionService.method;
const { getModelStatus } = ModelService.method;
const asItIs = (answer: Message) => answer;

const RPCS: readonly Rpc[] = [
  {
    method: predict,
    service: 'predictions',
    targetOf: (request) => targetOf(predict, request),
    replyOf: asItIs,
  },
  { method: classify, service: 'classify', replyOf: asItIs },
  { method: regress, service: 'regress', replyOf: asItIs },
  { method: multiInference, service: 'multiInference', replyOf: asItIs },
  {
    method: getModelMetadata,
    service: 'metadata',
    targetOf: (request) => namedTargetOf(getModelMetadata, request),
    replyOf: metadataOf,
  },
];

/** TensorFlow Serving over gRPC: predictions. */
export const predictionService: RpcService = {
  protocol: 'tensorflow',
  service: PredictionService,
  codecOf: tensorflowCodec,
  rpcs: RPCS,
};

/** TensorFlow Serving over gRPC: the health of its models. */
export const modelService: RpcService = {
  protocol: 'tensorflow',
  service: ModelService,
  codecOf: tensorflowCodec,
  rpcs: [
    {
      method: getModelStatus,
      service: 'status',
      targetOf: (request) => namedTargetOf(getModelStatus, request),
      replyOf: asItIs,
    },
  ],
};

/** Undefined where nothing is named. Throws `InvalidFieldError` for what could not stand in a path. */
function targetOf(method: DescMethodUnary, request: Message): Target {
  const { name, version, label } = readTfModel(request.packedBy(tensorflowCodec(method.input)));
  const labelled = label === undefined ? undefined : `labels/${inPath(label, 'model_spec.version_label')}`;
  return {
    name: name === '' ? undefined : inPath(name, 'model_spec.name'),
    version: version === undefined ? labelled : `versions/${version}`,
  };
}

/** Who asks about a model has to name it. */
function namedTargetOf(method: DescMethodUnary, request: Message): Target {
  const target = targetOf(method, request);
  if (target.name === undefined) throw new InvalidFieldError('model_spec.name', 'the name of a model', '');
  return target;
}

/** What a component says over REST is no Protobuf, and TensorFlow's types for it are not known here. */
function metadataOf(answer: Message): Message {
  if (answer.packedCodec !== undefined) return answer;
  const { metadata } = answer.value as { readonly metadata?: object };
  if (Object.keys(metadata ?? {}).length === 0) return answer;
  throw new NotSupportedError(
    'GetModelMetadata needs a component behind gRPC, got one whose metadata is JSON',
  );
}
