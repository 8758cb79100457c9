import { InvalidFieldError } from '../errors.js';
import { readRouteIn } from '../route.js';
import type { ComponentCall, DataKind, Dialect, EdgePath, SeldonValue } from './dialect.js';
import { renameMembers } from './rename-members.js';
import { arrayMessage, isObject, namedArrays, objectAt, payloadOf } from './seldon-payload.js';
import { columnsOf, isBinary } from './tensorflow-rows.js';

/** Behind `/v1/models/{model}`; reference seldon-v1.md, section 3.1. */
const CALL_PATHS: Readonly<Record<ComponentCall, string | null>> = {
  predict: ':predict',
  transformInput: ':predict',
  transformOutput: ':predict',
  route: ':route',
  aggregate: ':aggregate',
  sendFeedback: null,
  status: '',
  metadata: '/metadata',
};

const MODELS = ['{model}', '{model}/versions/{version}', '{model}/labels/{version}'];

/** Reference seldon-v1.md, section 1.2, and the versions and labels that TensorFlow Serving has beside it. */
const EDGE_PATHS: readonly EdgePath[] = [
  ...MODELS.flatMap((model): EdgePath[] => [
    { path: `/v1/models/${model}:predict`, service: 'predictions', verb: 'POST' },
    { path: `/v1/models/${model}/:predict`, service: 'predictions', verb: 'POST' },
    { path: `/v1/models/${model}`, service: 'status', verb: 'GET' },
    { path: `/v1/models/${model}/metadata`, service: 'metadata', verb: 'GET' },
  ]),
  { path: '/v1/models:predict', service: 'predictions', verb: 'POST' },
  { path: '/v1/models/:predict', service: 'predictions', verb: 'POST' },
];

const AVAILABLE = {
  model_version_status: [
    { version: '1', state: 'AVAILABLE', status: { error_code: 'OK', error_message: '' } },
  ],
};

/** TensorFlow Serving's protocol. Rows are `instances` and `predictions`; columns are `inputs` and `outputs`. */
export const tensorflow: Dialect = {
  name: 'tensorflow',
  edgePaths: EDGE_PATHS,
  sendsFeedback: false,
  callPath: (call, model) => {
    const rest = CALL_PATHS[call];
    return rest === null ? null : `/v1/models/${model}${rest}`;
  },
  toRequest: (message) =>
    renameMembers(
      message,
      [
        { answer: 'predictions', request: 'instances' },
        { answer: 'outputs', request: 'inputs' },
      ],
      ['signature_name'],
    ),
  readRoute: (answer) => readRouteIn(answer, predictionsOf, '{"predictions":[1]}'),
  failure: (_code, info, reason) => ({ error: info, reason }),
  describeReady: () => AVAILABLE,
  describeModel: (name) => ({ model_spec: { name, signature_name: '', version: '1' }, metadata: {} }),
  readRequest: (request) => {
    const { instances, inputs } = objectAt('the body', request);
    if (Array.isArray(instances)) return readRows(instances, 'instances', 'ndarray');
    if (inputs !== undefined) return readColumns(inputs, 'inputs', 'ndarray');
    throw new InvalidFieldError('instances', 'a list, or inputs given', instances);
  },
  writeRequest: (message, { input, signature }) => {
    const payload = payloadOf(message);
    if (payload.form === 'json' && isRequest(payload.value)) return payload.value;
    const rows = rowsOf(message);
    return {
      ...(signature === undefined ? {} : { signature_name: signature }),
      instances: input === undefined ? rows : rows.map((row) => ({ [input]: row })),
    };
  },
  readAnswer: (answer, kind, { output }) => {
    const { predictions, outputs } = objectAt('the answer', answer);
    if (Array.isArray(predictions)) return readRows(predictions, 'predictions', kind, output);
    if (outputs !== undefined) return readColumns(outputs, 'outputs', kind, output);
    throw new InvalidFieldError('predictions', 'a list, or outputs given', predictions);
  },
  writeAnswer: (message, request) => {
    const isColumnar = isObject(request) && request.instances === undefined && request.inputs !== undefined;
    return isColumnar ? { outputs: rowsOf(message) } : { predictions: rowsOf(message) };
  },
};

function predictionsOf(answer: unknown): unknown {
  return isObject(answer) ? (answer.predictions ?? answer.outputs) : undefined;
}

function isRequest(value: unknown): boolean {
  return isObject(value) && (value.instances !== undefined || value.inputs !== undefined);
}

/** Rows that are objects are named inputs or outputs, but for an encoded binary. */
function readRows(rows: readonly unknown[], field: string, kind: DataKind, wanted?: string): SeldonValue {
  const columns = columnsOf(rows, field);
  return columns === null ? arrayMessage(rows, [], kind) : namedArrays(columns, { kind, wanted, field });
}

function readColumns(columns: unknown, field: string, kind: DataKind, wanted?: string): SeldonValue {
  if (!isObject(columns) || isBinary(columns)) return arrayMessage(columns, [], kind);
  const arrays = new Map(Object.entries(columns));
  if (arrays.size === 0) throw new InvalidFieldError(field, 'at least one tensor', columns);
  return namedArrays(arrays, { kind, wanted, field });
}

function rowsOf(message: SeldonValue): readonly unknown[] {
  const payload = payloadOf(message);
  if (payload.form === 'binary') return [{ b64: payload.value }];
  if (payload.form === 'text') return [payload.value];
  return Array.isArray(payload.value) ? payload.value : [payload.value];
}
