import {
  Combiner,
  Generic,
  Model,
  OutputTransformer,
  Router,
  Seldon,
  Transformer,
} from '../generated/seldon/prediction_pb.js';

/** Seldon's gRPC services by their names: `Seldon` is the engine's, the others are those of components. */
export const seldonServices = {
  Seldon,
  Generic,
  Model,
  Router,
  Transformer,
  OutputTransformer,
  Combiner,
} as const;
