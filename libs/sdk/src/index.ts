export { toAnswer } from './answer.js';
export {
  InvalidResultError,
  messageOf,
  NoPayloadError,
  UnreadablePayloadError,
  UnusableClassError,
} from './errors.js';
export { loadUserObject } from './load-user-object.js';
export type { Metric } from './metric.js';
export { isObject, listOr, type Payload, readPayload } from './payload.js';
export { type AnsweredCall, type TransformCall, UserModel } from './user-model.js';
export type { UserObject } from './user-object.js';
