export { MalformedBodyError } from './errors.js';
export { JSON_CONTENT_TYPE, Message } from './message.js';
