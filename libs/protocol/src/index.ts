export type { Codec } from './codec.js';
export type {
  ComponentCall,
  DataKind,
  Dialect,
  EdgePath,
  ModelOptions,
  ProtocolName,
  RelayedCall,
  SeldonValue,
  Service,
} from './dialects/dialect.js';
export { dialects } from './dialects/index.js';
export { dataKindOf } from './dialects/seldon-payload.js';
export { numericDatatypes } from './dialects/v2-tensors.js';
export {
  InvalidFeedbackError,
  InvalidFieldError,
  InvalidRouteValueError,
  MalformedAnswerError,
  MalformedBodyError,
} from './errors.js';
export { excerpt } from './excerpt.js';
export { readFeedback, type SeldonFeedback } from './feedback.js';
export { GRPCInferenceService } from './generated/inference/grpc_service_pb.js';
export { ModelService } from './generated/tensorflow_serving/apis/model_service_pb.js';
export { PredictionService } from './generated/tensorflow_serving/apis/prediction_service_pb.js';
export { JSON_CONTENT_TYPE, Message } from './message.js';
export { messageList } from './message-list.js';
export { nestsDeeper } from './nesting.js';
export {
  inferenceCodec,
  inferRequestCodec,
  type NamedModel,
  readModel,
  withModel,
} from './protobuf/infer-codecs.js';
export {
  readTfModel,
  type TfModel,
  withInputName,
  withTasks,
  withTfModel,
} from './protobuf/model-spec.js';
export { packMessageList } from './protobuf/pack-message-list.js';
export { predictAnswerCodecs, predictFormOf, predictRequestCodecs } from './protobuf/predict-codecs.js';
export {
  feedbackCodec,
  seldonCodec,
  seldonMessageCodec,
  seldonMessageListCodec,
} from './protobuf/seldon-codecs.js';
export { seldonServices } from './protobuf/seldon-services.js';
export { tensorflowCodec } from './protobuf/tensorflow-codec.js';
export { tfTypes } from './protobuf/tf-types.js';
export { PROPENSITY_TAG, readRoute, statedPropensity } from './route.js';
export { spliceMeta } from './splice-meta.js';
export { failure, type SeldonStatus } from './status.js';
