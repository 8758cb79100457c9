import type { DescMethodUnary } from '@bufbuild/protobuf';
import type { Call, GraphNode } from '#graph';
import {
  type Codec,
  type ComponentCall,
  GRPCInferenceService,
  inferenceCodec,
  inferRequestCodec,
  type Message,
  type RelayedCall,
  seldonCodec,
  seldonMessageCodec,
  seldonServices,
  withModel,
} from '#protocol';
import { UnusableComponentError } from '../errors.js';
import type { Speech } from '../http/http-component.js';
import { metadataOf } from './model-metadata.js';
import { namedModel } from './named-model.js';
import type { CodecOf } from './package-definition.js';
import { tensorflowSpeech } from './tensorflow-speech.js';

/** What a component behind gRPC speaks. */
export interface GrpcSpeech {
  /** Calls without a method are not in the protocol. */
  readonly methods: Readonly<Partial<Record<ComponentCall, DescMethodUnary>>>;
  /** Calls that go through as they come; most protocols have none. */
  readonly relayed?: Readonly<Record<RelayedCall, DescMethodUnary>>;
  readonly codecOf: CodecOf;
  /** The request for a component. Throws as `Message.packedBy` does. */
  pack(message: Message, call: Call): Buffer;
  /** What the answer to a packed message is read by, where that goes by the message. */
  answerCodecOf?(message: Message): Codec;
  /** The request for its health, where `methods` has one. */
  packStatus?(call: Call): Buffer;
  /** The request for its metadata. */
  packMetadata(call: Call): Buffer;
  /** The metadata as the other nodes give theirs. */
  readMetadata(answer: Message, node: string): Message;
  /** The request for a call in `relayed`. Throws as `Message.packedBy` does. */
  packRelayed?(name: RelayedCall, message: Message): Buffer;
}

const { Model, Transformer, OutputTransformer, Router, Combiner } = seldonServices;
const EMPTY = Buffer.alloc(0);

/** Feedback goes to Model for routers too: Seldon's servers have all services whatever they serve. */
export const seldonSpeech: GrpcSpeech = {
  methods: {
    predict: Model.method.predict,
    transformInput: Transformer.method.transformInput,
    transformOutput: OutputTransformer.method.transformOutput,
    route: Router.method.route,
    aggregate: Combiner.method.aggregate,
    sendFeedback: Model.method.sendFeedback,
    metadata: Model.method.metadata,
  },
  codecOf: seldonCodec,
  pack: (message) => message.packedBy(seldonMessageCodec),
  packMetadata: () => EMPTY,
  readMetadata: metadataOf,
};

const { modelInfer, modelMetadata } = GRPCInferenceService.method;

function v2Speech(node: GraphNode, model: string | undefined): GrpcSpeech {
  const modelOf = (call: Call) => namedModel(model ?? call.model ?? node.name);
  return {
    methods: {
      predict: modelInfer,
      transformInput: modelInfer,
      transformOutput: modelInfer,
      metadata: modelMetadata,
    },
    codecOf: inferenceCodec,
    pack: (message, call) => withModel(message.packedBy(inferRequestCodec), modelOf(call)),
    packMetadata: (call) => inferenceCodec(modelMetadata.input).encode(modelOf(call)),
    readMetadata: metadataOf,
  };
}

/** Throws `UnusableComponentError` where the protocol has no gRPC form for what the node is asked. */
export function grpcSpeechOf(node: GraphNode, { dialect, model }: Speech): GrpcSpeech {
  if (dialect.name === 'seldon') return seldonSpeech;
  const chooses = ['ROUTER', 'COMBINER'].includes(node.type) || node.methods.some(isChoice);
  if (!chooses) return dialect.name === 'v2' ? v2Speech(node, model) : tensorflowSpeech(node, model);
  const problem = `a node that routes or aggregates cannot be called over gRPC in ${dialect.name}`;
  throw new UnusableComponentError(node.name, `${problem}: give it an http:// url`);
}

function isChoice(method: string): boolean {
  return method === 'ROUTE' || method === 'AGGREGATE';
}
