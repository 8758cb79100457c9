import { readRoute } from '../route.js';
import { failure } from '../status.js';
import type { ComponentCall, Dialect, EdgePath, SeldonValue } from './dialect.js';
import { isObject, objectAt } from './seldon-payload.js';

/** Reference seldon-v1.md, section 3.1. */
const CALL_PATHS: Readonly<Record<ComponentCall, string>> = {
  predict: '/predict',
  transformInput: '/transform-input',
  transformOutput: '/transform-output',
  route: '/route',
  aggregate: '/aggregate',
  sendFeedback: '/send-feedback',
  status: '/health/status',
  metadata: '/metadata',
};

/** Reference seldon-v1.md, section 1.1. */
const EDGE_PATHS: readonly EdgePath[] = [
  ...['v1.0', 'v0.1'].flatMap((version): EdgePath[] => [
    { path: `/api/${version}/predictions`, service: 'predictions', verb: 'POST' },
    { path: `/api/${version}/feedback`, service: 'feedback', verb: 'POST' },
    { path: `/api/${version}/status/{model}`, service: 'status', verb: 'GET' },
    { path: `/api/${version}/metadata/{model}`, service: 'metadata', verb: 'GET' },
    { path: `/api/${version}/doc/`, service: 'doc', verb: 'GET' },
    { path: `/api/${version}/doc/{model}`, service: 'doc', verb: 'GET' },
  ]),
  { path: '/api/v1.0/metadata', service: 'metadata', verb: 'GET' },
  { path: '/api/v1.0/status', service: 'ready', verb: 'GET' },
  { path: '/api/v1.0/health/status', service: 'ready', verb: 'GET' },
];

const READY = { status: { code: 200, info: 'ready', status: 'SUCCESS' } };

/** Seldon's own protocol, which the others are translated by. */
export const seldon: Dialect = {
  name: 'seldon',
  edgePaths: EDGE_PATHS,
  sendsFeedback: true,
  callPath: (call) => CALL_PATHS[call],
  toRequest: (message) => message,
  readRoute,
  failure,
  describeReady: () => READY,
  describeModel: () => null,
  readRequest: (request) => objectAt('the body', request),
  writeRequest: (message) => message,
  readAnswer: (answer) => objectAt('the answer', answer),
  writeAnswer: (message, request) => ({ ...message, meta: answerMeta(message.meta, request) }),
};

/** The request's, as Seldon's components carry it on: without the routing, which is the engine's, and with more tags. */
function answerMeta(meta: unknown, request: unknown): SeldonValue {
  const asked: unknown = isObject(request) ? request.meta : undefined;
  const { routing: _, ...kept } = isObject(asked) ? asked : {};
  const own = isObject(meta) ? meta : {};
  const tags = { ...(isObject(kept.tags) ? kept.tags : {}), ...(isObject(own.tags) ? own.tags : {}) };
  return { ...kept, ...own, ...(Object.keys(tags).length > 0 ? { tags } : {}) };
}
