import { fileURLToPath } from 'node:url';
import { status } from '@grpc/grpc-js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { GrpcCaller, type GrpcPeer } from '#testing';
import { tensorflowServer } from './model-servers.js';
import { type ComponentEntry, protocolYaml } from './protocol-deployments.js';
import { type Stack, startStack } from './router-stack.js';
import { tensorflowGrpcServer } from './tensorflow-grpc-server.js';

/** TensorFlow Serving over gRPC, to clients and to components, and between it and REST. */

// biome-ignore lint/suspicious/noExplicitAny: the tests say what they expect in it
type Json = any;

const rest = tensorflowServer(['half', 'a']);
const asked: Json[] = [];
let peer: GrpcPeer;
let stack: Stack;
let engine: GrpcCaller;

const INPUT_X = "parameters: [{ name: model_input, type: STRING, value: 'x' }]";
const model = (name: string, more = 'children: []') => `{ name: ${name}, type: MODEL, ${more} }`;
const DEPLOYMENTS = {
  single: ['tensorflow', model('b', INPUT_X)],
  echoes: ['tensorflow', `{ name: scale, type: TRANSFORMER, children: [${model('last')}] }`],
  chain: ['tensorflow', `{ name: b, type: OUTPUT_TRANSFORMER, ${INPUT_X}, children: [${model('last')}] }`],
  mixed: ['tensorflow', `{ name: a, type: TRANSFORMER, children: [${model('b', INPUT_X)}] }`],
  mixedback: ['tensorflow', `{ name: b, type: TRANSFORMER, ${INPUT_X}, children: [${model('a')}] }`],
  choice: [
    'tensorflow',
    `{ name: choice, implementation: RANDOM, children: [${model('a')}, ${model('b', INPUT_X)}] }`,
  ],
  local: ['tensorflow', model('sums')],
  resting: ['tensorflow', model('a')],
  down: ['tensorflow', model('down')],
  fixed: ['tensorflow', model('m', INPUT_X)],
  server: [
    'seldon',
    `{ name: serving, implementation: TENSORFLOW_SERVER, modelUri: 's3://b/m', ${INPUT_X}, children: [] }`,
  ],
} as const;

beforeAll(async () => {
  await rest.start();
  peer = await tensorflowGrpcServer(asked, ['b', 'half', 'echo']);
  const { url } = peer;
  const components = new Map<string, ComponentEntry>([
    ['a', { kind: 'url', url: rest.url }],
    ['b', { kind: 'url', url }],
    ...['scale', 'last'].map((name): [string, ComponentEntry] => [name, { kind: 'url', url, model: 'echo' }]),
    ['m', { kind: 'url', url, model: 'half/versions/3' }],
    ['down', { kind: 'url', url: 'grpc://127.0.0.1:1' }],
    ['serving', { kind: 'url', url, protocol: 'tensorflow', model: 'half/labels/stable' }],
    ['sums', { kind: 'class', file: fileURLToPath(new URL('./fixtures/sums.js', import.meta.url)) }],
  ]);
  stack = await startStack(protocolYaml(DEPLOYMENTS), components, { grpcPort: 0 });
  engine = new GrpcCaller(`127.0.0.1:${stack.router.grpcPort}`);
});

afterAll(async () => {
  engine?.close();
  await stack?.close();
  peer?.kill();
  rest.close();
});

beforeEach(() => {
  asked.length = 0;
});

const call = (deployment: string, method: string, request: Json) =>
  engine.call(method, request, { metadata: { seldon: deployment, namespace: 'default' } });
const predict = (deployment: string, request: Json) => call(deployment, 'PredictionService/Predict', request);

const floats = (...float_val: number[]) => ({
  inputs: { x: { dtype: 'DT_FLOAT', tensor_shape: { dim: [{ size: float_val.length }] }, float_val } },
});
const modelSpec = (name: string, more = {}) => ({ model_spec: { name, ...more } });
const examples = { input: { example_list: { examples: [{}, {}] } } };

function valuesOf({ message }: Json): number[] {
  const [tensor] = Object.values(message.outputs) as Json[];
  return tensor.float_val ?? tensor.double_val;
}

/** 2^53 + 1, which no number of JSON is. */
const HUGE = Buffer.from('0100000000002000', 'hex');
const huge = {
  inputs: { x: { dtype: 'DT_INT64', tensor_shape: { dim: [{ size: 1 }] }, tensor_content: HUGE } },
};

async function post(path: string, body: Json): Promise<Json> {
  const response = await fetch(`${stack.router.url}/seldon/default/${path}`, {
    method: 'POST',
    body: JSON.stringify(body),
  });
  return response.json();
}

describe('a tensorflow deployment over gRPC', () => {
  it('passes messages on, with the model that the request names or else the node', async () => {
    const spec = modelSpec('half', { version: { value: 2 }, signature_name: 'other' });
    const named = await predict('single', { ...spec, ...floats(1, 2, 5) });
    expect(named).toMatchObject({ code: status.OK, message: { model_spec: { name: 'half' } } });
    expect(valuesOf(named)).toEqual([2.5, 3, 4.5]);
    expect(named.headers.get('seldon-puid')[0]).toBeTruthy();
    await predict('single', { ...modelSpec('half', { version_label: 'stable' }), ...floats(1) });
    await predict('single', floats(1));
    expect(asked.map(({ model_spec }) => model_spec)).toMatchObject([
      { name: 'half', version: { value: 2 }, signature_name: 'other' },
      { name: 'half', version_label: 'stable' },
      { name: 'b' },
    ]);
    expect(asked[2].model_spec).toEqual({ name: 'b' });
  });

  it('asks for the model of components.yaml, whatever the client names', async () => {
    const spec = modelSpec('b', { version: { value: 2 }, signature_name: 'other' });
    await predict('fixed', { ...spec, ...floats(1) });
    expect(asked[0].model_spec).toMatchObject({
      name: 'half',
      version: { value: 3 },
      signature_name: 'other',
    });
  });

  it('hands an answer on as a request without changing a bit of it', async () => {
    const answer = await predict('echoes', { ...huge, ...modelSpec('b', { version: { value: 7 } }) });
    expect(answer).toMatchObject({ code: status.OK, message: { outputs: { x: { dtype: 'DT_INT64' } } } });
    expect(answer.message.outputs.x.tensor_content).toEqual(HUGE);
    expect(asked).toHaveLength(2);
    for (const { model_spec, inputs } of asked) {
      expect(model_spec).toEqual({ name: 'echo' });
      expect(inputs.x.tensor_content).toEqual(HUGE);
    }
  });

  it('gives the only input the name that the node says', async () => {
    const { x: wrong } = floats(1).inputs;
    expect(valuesOf(await predict('chain', { inputs: { wrong } }))).toEqual([2.5]);
    expect(asked.map(({ inputs }) => Object.keys(inputs))).toEqual([['wrong'], ['x']]);
  });

  it('calls components behind REST and behind gRPC in one graph', async () => {
    expect(valuesOf(await predict('mixed', floats(2, 4)))).toEqual([3.5, 4]);
    expect(valuesOf(await predict('mixedback', floats(2, 4)))).toEqual([3.5, 4]);
  });

  it('refuses a number that it would have to change for REST', async () => {
    expect(await predict('mixed', huge)).toMatchObject({
      code: status.INVALID_ARGUMENT,
      details: expect.stringContaining(
        'inputs.x[0] must be within ±2^53 to become JSON, got "9007199254740993"',
      ),
    });
    expect(asked).toEqual([]);
  });

  it('experiments, and says in metadata which arm answered', async () => {
    const answer = await predict('choice', floats(1));
    expect(valuesOf(answer)).toEqual([2.5]);
    expect(answer.headers.get('switchyard-route')[0]).toMatch(/^choice=[ab]$/);
    const decision = answer.headers.get('switchyard-decision')[0];
    expect(await post('choice/api/v1.0/feedback', { decision, value: 1 })).toMatchObject({
      status: 'recorded',
    });
  });

  it('runs a class of this process', async () => {
    const answer = await predict('local', floats(1, 2));
    expect(answer.message.outputs).toMatchObject({
      outputs: { dtype: 'DT_DOUBLE', tensor_shape: { dim: [{ size: 2 }, { size: 1 }] }, double_val: [1, 2] },
    });
  });

  it('hands Classify, Regress and MultiInference to the only component', async () => {
    const classified = await call('single', 'PredictionService/Classify', {
      ...modelSpec('half'),
      ...examples,
    });
    expect(classified.message.result.classifications).toHaveLength(2);
    expect(classified.message.model_spec.name).toBe('half');
    const regressed = await call('fixed', 'PredictionService/Regress', examples);
    expect(regressed.message.result.regressions).toEqual([{ value: 2.5 }, { value: 2.5 }]);
    expect(asked[1].model_spec).toMatchObject({ name: 'half', version: { value: 3 } });
    const tasks = [modelSpec('half', { signature_name: 's' }), { method_name: 'tensorflow/serving/regress' }];
    const inferred = await call('single', 'PredictionService/MultiInference', { tasks, ...examples });
    expect(inferred.message.results).toHaveLength(2);
    expect(asked[2]).toMatchObject({
      tasks: [
        { model_spec: { name: 'half', signature_name: 's' } },
        { model_spec: { name: 'b' }, method_name: 'tensorflow/serving/regress' },
      ],
      input: { example_list: { examples: [{}, {}] } },
    });
  });

  it('gives the health of a model: its own, or that of what answers for it', async () => {
    const own = await call(
      'single',
      'ModelService/GetModelStatus',
      modelSpec('half', { version: { value: 4 } }),
    );
    expect(own.message.model_version_status).toMatchObject([{ version: 4, state: 'LOADING' }]);
    for (const [deployment, name] of [
      ['local', 'sums'],
      ['resting', 'a'],
    ] as const) {
      const answer = await call(deployment, 'ModelService/GetModelStatus', modelSpec(name));
      expect(answer.message.model_version_status).toMatchObject([{ version: 1, state: 'AVAILABLE' }]);
    }
    expect(await call('down', 'ModelService/GetModelStatus', modelSpec('down'))).toMatchObject({
      code: status.UNAVAILABLE,
    });
  });

  it("gives a component's own metadata", async () => {
    const answer = await call('single', 'PredictionService/GetModelMetadata', modelSpec('half'));
    expect(answer.message).toMatchObject({
      model_spec: { name: 'half' },
      metadata: { signature_def: { value: Buffer.from('0a02', 'hex') } },
    });
  });

  it.each([
    [
      'single',
      'PredictionService/Predict',
      { ...modelSpec('absent'), ...floats(1) },
      status.NOT_FOUND,
      'Servable not found: absent',
    ],
    [
      'single',
      'PredictionService/Predict',
      { ...modelSpec('../admin'), ...floats(1) },
      status.INVALID_ARGUMENT,
      'model_spec.name must be at most',
    ],
    [
      'single',
      'PredictionService/Predict',
      Buffer.from([0xff]),
      status.INVALID_ARGUMENT,
      'the body has no model_spec',
    ],
    [
      'single',
      'PredictionService/MultiInference',
      Buffer.from([0xff]),
      status.INVALID_ARGUMENT,
      'the body has no tasks',
    ],
    [
      'single',
      'ModelService/GetModelStatus',
      {},
      status.INVALID_ARGUMENT,
      'model_spec.name must be the name of a model',
    ],
    [
      'mixed',
      'PredictionService/Classify',
      { ...modelSpec('half'), ...examples },
      status.UNIMPLEMENTED,
      'classify goes to the model of a graph of one node, got one of 2 nodes',
    ],
    [
      'resting',
      'PredictionService/Regress',
      { ...modelSpec('a'), ...examples },
      status.UNIMPLEMENTED,
      'which node a is not',
    ],
    ['local', 'PredictionService/MultiInference', examples, status.UNIMPLEMENTED, 'which node sums is not'],
    [
      'resting',
      'PredictionService/GetModelMetadata',
      modelSpec('a'),
      status.UNIMPLEMENTED,
      'needs a component behind gRPC',
    ],
    [
      'mixed',
      'PredictionService/GetModelMetadata',
      modelSpec('absent'),
      status.NOT_FOUND,
      'must name a node of the graph (a, b), got absent',
    ],
  ])('refuses to %s %s of %j', async (deployment, method, request, code, details) => {
    expect(await call(deployment, method, request)).toMatchObject({
      code,
      details: expect.stringContaining(details),
    });
  });

  it('does not mistake a deployment of another protocol for its own', async () => {
    expect(await predict('server', floats(1))).toMatchObject({
      code: status.NOT_FOUND,
      details: expect.stringContaining('default/single'),
    });
  });
});

describe('a tensorflow component behind gRPC', () => {
  it('is called for REST clients, and answers in rows or in columns as it is asked', async () => {
    const path = 'single/v1/models/half/versions/2:predict';
    expect(await post(path, { instances: [1, 2, 5] })).toEqual({ predictions: [2.5, 3, 4.5] });
    expect(await post(path, { instances: [{ x: 1 }, { x: 2 }] })).toEqual({ predictions: [2.5, 3] });
    expect(await post(path, { inputs: [[1], [2]], signature_name: 's' })).toEqual({ outputs: [[2.5], [3]] });
    expect(await post(path, { inputs: { x: 6 } })).toEqual({ outputs: 5 });
    expect(asked[2].model_spec).toMatchObject({ name: 'half', version: { value: 2 }, signature_name: 's' });
  });

  it('keeps to rows on the way through a graph', async () => {
    for (const deployment of ['mixed', 'mixedback', 'chain']) {
      const answer = await post(`${deployment}/v1/models:predict`, { instances: [2, 4] });
      expect(answer).toEqual({ predictions: deployment === 'chain' ? [3, 4] : [3.5, 4] });
    }
  });

  it('carries bytes that are no text, and strings', async () => {
    const instances = ['ä', { b64: '/w==' }];
    expect(await post('echoes/v1/models:predict', { instances })).toEqual({ predictions: instances });
  });

  it('tells REST clients its health and its metadata', async () => {
    const get = async (path: string) => (await fetch(`${stack.router.url}/seldon/default/${path}`)).json();
    expect(await get('single/v1/models/half/versions/4')).toEqual({
      model_version_status: [
        { version: '4', state: 'LOADING', status: { error_code: 'OK', error_message: '' } },
      ],
    });
    expect(await get('single/v1/models/half/metadata')).toEqual({
      model_spec: { name: 'half', version: '1', signature_name: 'serving_default' },
      metadata: {
        signature_def: {
          '@type': 'type.googleapis.com/tensorflow.serving.SignatureDefMap',
          value: 'CgI=',
        },
      },
    });
  });

  it.each([
    [{ instances: [[1], [2, 3]] }, 'instances.x must be arrays of one length at each depth'],
    [{ instances: [{ x: 1 }, { z: 2 }] }, 'instances[1] must be an object with x'],
    [{ signature_name: 's' }, 'instances must be a list, or inputs given'],
    [{ instances: { x: 1 } }, 'instances must be a list'],
  ])('is not called with %j', async (body, problem) => {
    expect(await post('single/v1/models:predict', body)).toMatchObject({
      error: expect.stringContaining(problem),
      reason: 'MALFORMED_BODY',
    });
    expect(asked).toEqual([]);
  });

  it('refuses a version that is no number', async () => {
    expect(await post('single/v1/models/half/versions/new:predict', { instances: [1] })).toMatchObject({
      error: 'the version of a model must be a whole number, got "new"',
    });
  });

  it('serves a seldon deployment, over gRPC and over REST', async () => {
    const message = { data: { tensor: { shape: [2], values: [1, 2] } } };
    const answer = await engine.call('Seldon/Predict', message, { metadata: { seldon: 'server' } });
    expect(answer.message.data.tensor.values).toEqual([2.5, 3]);
    expect(asked[0].model_spec).toMatchObject({ name: 'half', version_label: 'stable' });
    const body = await post('server/api/v1.0/predictions', { data: { ndarray: [[1, 2]] } });
    expect(body).toMatchObject({ data: { ndarray: [[2.5, 3]] } });
  });
});
