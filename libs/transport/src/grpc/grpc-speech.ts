import type { DescMethodUnary } from '@bufbuild/protobuf';
import type { Call, GraphNode } from '#graph';
import {
  type ComponentCall,
  GRPCInferenceService,
  inferenceCodec,
  inferRequestCodec,
  type Message,
  type NamedModel,
  seldonCodec,
  seldonMessageCodec,
  seldonServices,
  withModel,
} from '#protocol';
import { UnusableComponentError } from '../errors.js';
import type { Speech } from '../http/http-component.js';
import type { CodecOf } from './package-definition.js';

/** What a component behind gRPC speaks. */
export interface GrpcSpeech {
  /** Calls without a method are not in the protocol. */
  readonly methods: Readonly<Partial<Record<ComponentCall, DescMethodUnary>>>;
  readonly codecOf: CodecOf;
  /** The request for a component. Throws as `Message.packedBy` does. */
  pack(message: Message, call: Call): Buffer;
  /** The request for its metadata. */
  packMetadata(call: Call): Buffer;
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
  };
}

/** Of `iris/versions/2`, as it stands in a path. */
function namedModel(text: string): NamedModel {
  const [name, version = ''] = text.split('/versions/');
  return { name: decoded(name!), version: decoded(version) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Throws `UnusableComponentError` where the protocol has no gRPC form for what the node is asked. */
export function grpcSpeechOf(node: GraphNode, { dialect, model }: Speech): GrpcSpeech {
  if (dialect.name === 'seldon') return seldonSpeech;
  const chooses = ['ROUTER', 'COMBINER'].includes(node.type) || node.methods.some(isChoice);
  if (dialect.name === 'v2' && !chooses) return v2Speech(node, model);
  const what = dialect.name === 'v2' ? 'a node that routes or aggregates' : `the protocol ${dialect.name}`;
  throw new UnusableComponentError(node.name, `${what} cannot be called over gRPC: give it an http:// url`);
}

function isChoice(method: string): boolean {
  return method === 'ROUTE' || method === 'AGGREGATE';
}
