export { toAnswer } from './answer.js';
export {
  InvalidResultError,
  messageOf,
  NoPayloadError,
  UnreadablePayloadError,
  UnusableClassError,
} from './errors.js';
export { loadUserObject } from './load-user-object.js';
export { isObject, listOr, type Payload, readPayload, readValue } from './payload.js';
export { type Component, type Metric, SeldonResponse, Tensor } from './public/index.js';
export { type AnsweredCall, type TransformCall, UserModel } from './user-model.js';
