import { InvalidFieldError } from '../errors.js';
import { readRouteIn } from '../route.js';
import type { ComponentCall, DataKind, Dialect, EdgePath, SeldonValue } from './dialect.js';
import { renameMembers } from './rename-members.js';
import { arrayMessage, isObject, namedArrays, payloadOf } from './seldon-payload.js';
import {
  columnNames,
  readTensors,
  type Tensor,
  tensorOf,
  tensorsOfColumns,
  textTensor,
} from './v2-tensors.js';

/** Behind `/v2/models/{model}`; reference seldon-v1.md, section 3.1. */
const CALL_PATHS: Readonly<Record<ComponentCall, string | null>> = {
  predict: '/infer',
  transformInput: '/infer',
  transformOutput: '/infer',
  route: '/route',
  aggregate: '/aggregate',
  sendFeedback: null,
  status: '/ready',
  metadata: '',
};

/** Reference seldon-v1.md, section 1.3, and what the protocol has beside it. */
const EDGE_PATHS: readonly EdgePath[] = [
  ...['{model}', '{model}/versions/{version}'].flatMap((model): EdgePath[] => [
    { path: `/v2/models/${model}/infer`, service: 'predictions', verb: 'POST' },
    { path: `/v2/models/${model}/ready`, service: 'status', verb: 'GET' },
    { path: `/v2/models/${model}`, service: 'metadata', verb: 'GET' },
  ]),
  { path: '/v2/models/infer', service: 'predictions', verb: 'POST' },
  { path: '/v2/health/live', service: 'live', verb: 'GET' },
  { path: '/v2/health/ready', service: 'ready', verb: 'GET' },
  { path: '/v2', service: 'server', verb: 'GET' },
];

/** As MLServer's scikit-learn runtime calls its input and its output. */
const DEFAULT_NAME = 'predict';
/** Wide enough for every number of JSON, and the same whatever the values are. */
const DEFAULT_DATATYPE = 'FP64';
/** The names that Seldon's components give to columns which have none. */
const UNNAMED = /^t:\d+$/;
/** Parameters that are about the encoding of one message, not about what it says. */
const OF_ENCODING = new Set(['content_type', 'binary_data_output', 'headers']);

/** The Open Inference Protocol, version 2; Seldon's `kfserving`. */
export const v2: Dialect = {
  name: 'v2',
  edgePaths: EDGE_PATHS,
  sendsFeedback: false,
  callPath: (call, model) => {
    const rest = CALL_PATHS[call];
    return rest === null ? null : `/v2/models/${model}${rest}`;
  },
  toRequest: (message) =>
    renameMembers(message, [{ answer: 'outputs', request: 'inputs' }], ['id', 'parameters']),
  readRoute: (answer) => readRouteIn(answer, firstData, '{"outputs":[{"data":[1]}]}'),
  failure: (_code, info, reason) => ({ error: info, reason }),
  describeReady: (name) => ({ name, ready: true }),
  describeModel: (name) => ({ name, versions: [], platform: 'switchyard', inputs: [], outputs: [] }),
  readRequest: (request) => ({ ...payloadIn(request, 'inputs', 'ndarray'), meta: metaOf(request) }),
  writeRequest: (message, { input = DEFAULT_NAME, output, datatype }) => {
    const inputs = tensorsOf(message, input, datatype ?? DEFAULT_DATATYPE);
    const parameters = { ...parametersOf(message), ...(inputs.length > 1 ? { content_type: 'pd' } : {}) };
    return {
      ...(Object.keys(parameters).length > 0 ? { parameters } : {}),
      inputs: inputs.map(withoutNames),
      ...(output === undefined ? {} : { outputs: [{ name: output }] }),
    };
  },
  readAnswer: (answer, kind, { output }) => ({
    ...payloadIn(answer, 'outputs', kind, output),
    meta: metaOf(answer),
  }),
  writeAnswer: (message, request, model) => {
    const id: unknown = isObject(request) ? request.id : undefined;
    const parameters = parametersOf(message);
    return {
      model_name: model,
      ...(id === undefined ? {} : { id }),
      ...(Object.keys(parameters).length > 0 ? { parameters } : {}),
      outputs: tensorsOf(message, DEFAULT_NAME, DEFAULT_DATATYPE),
    };
  },
};

function firstData(answer: unknown): unknown {
  const outputs: unknown = isObject(answer) ? answer.outputs : undefined;
  if (!Array.isArray(outputs)) return undefined;
  return isObject(outputs[0]) ? (outputs[0].data ?? null) : null;
}

function payloadIn(
  message: unknown,
  member: 'inputs' | 'outputs',
  kind: DataKind,
  wanted?: string,
): SeldonValue {
  const arrays = readTensors(message, member);
  if (arrays.size > 1 || wanted !== undefined) return namedArrays(arrays, { kind, wanted, field: member });
  const [array] = arrays.values();
  return arrayMessage(array, columnNames(message, member), kind);
}

function metaOf(message: unknown): SeldonValue {
  const { parameters } = message as { readonly parameters?: unknown };
  const tags = Object.entries(isObject(parameters) ? parameters : {}).filter(isTag);
  return tags.length > 0 ? { tags: Object.fromEntries(tags) } : {};
}

/** Tags that a parameter can say. */
function parametersOf({ meta }: SeldonValue): SeldonValue {
  const tags: unknown = isObject(meta) ? meta.tags : undefined;
  return Object.fromEntries(Object.entries(isObject(tags) ? tags : {}).filter(isTag));
}

function isTag([name, value]: [string, unknown]): boolean {
  return !OF_ENCODING.has(name) && ['string', 'number', 'boolean'].includes(typeof value);
}

function tensorsOf(message: SeldonValue, name: string, numeric: string): readonly Tensor[] {
  const payload = payloadOf(message);
  if (payload.form === 'text') return [textTensor(name, payload.value, 'str')];
  if (payload.form === 'binary') return [textTensor(name, payload.value, 'base64')];
  if (payload.form === 'json') return tensorsOfJson(payload.value, name, numeric);
  const { value, names } = payload;
  const tensor = tensorOf(name, value, numeric);
  if (tensor !== null) return [withNames(tensor, names)];
  const columns = tensorsOfColumns(value, names, numeric);
  if (columns !== null) return columns;
  throw new InvalidFieldError(
    'data.ndarray',
    'arrays of one length of numbers, strings or booleans, alike in each column',
    value,
  );
}

/** An object of arrays is a tensor for each; all else is a text. */
function tensorsOfJson(value: unknown, name: string, numeric: string): readonly Tensor[] {
  const members = isObject(value) ? Object.entries(value) : [];
  const tensors = members.map(([key, item]) => (Array.isArray(item) ? tensorOf(key, item, numeric) : null));
  if (tensors.length > 0 && tensors.every((tensor) => tensor !== null)) return tensors;
  return [textTensor(name, JSON.stringify(value), 'str')];
}

/** Parameters hold no lists, so the names are one text of JSON. */
function withNames(tensor: Tensor, names: readonly string[]): Tensor {
  if (names.length !== tensor.shape[1] || names.every((name) => UNNAMED.test(name))) return tensor;
  return { ...tensor, parameters: { names: JSON.stringify(names) } };
}

/** Only answers carry them: nobody but Switchyard knows that parameter. */
function withoutNames({ parameters, ...tensor }: Tensor): Tensor {
  if (parameters?.names === undefined) return parameters === undefined ? tensor : { ...tensor, parameters };
  return tensor;
}
