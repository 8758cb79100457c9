export { toAnswer } from './answer.js';
export {
  InvalidResultError,
  messageOf,
  UnreadablePayloadError,
  UnusableClassError,
} from './errors.js';
export { loadUserObject } from './load-user-object.js';
export { type Payload, readPayload } from './payload.js';
export { type TransformCall, UserModel } from './user-model.js';
