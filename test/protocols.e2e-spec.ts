import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type ModelServer, tensorflowServer, v2Server } from './model-servers.js';
import { type ComponentEntries, type ComponentEntry, protocolYaml } from './protocol-deployments.js';
import { INJECT, type Stack, startStack } from './router-stack.js';

/** Deployments under the three protocols over model servers that are strict about theirs. */

const v2 = v2Server(['iris', 'scale', 'a', 'b', 'router', 'combiner', 'last']);
const tf = tensorflowServer(['half', 'm']);
let stack: Stack;

const model = (name: string, rest = '') => `{ name: ${name}, type: MODEL, children: []${rest} }`;
const DEPLOYMENTS: Readonly<Record<string, readonly [protocol: string, graph: string]>> = {
  single: ['kfserving', model('iris')],
  experiment: [
    'v2',
    `{ name: scale, type: TRANSFORMER, children: [{ name: choice, implementation: RANDOM, children: [${model('a')}, ${model('b')}] }] }`,
  ],
  routed: [
    'v2',
    `{ name: last, type: OUTPUT_TRANSFORMER, children: [{ name: router, type: ROUTER, children: [${model('a')}, ${model('b')}] }] }`,
  ],
  combined: ['v2', `{ name: combiner, type: COMBINER, children: [${model('a')}, ${model('b')}] }`],
  local: ['v2', `{ name: sums, type: MODEL, children: [${model('iris')}] }`],
  average: [
    'v2',
    `{ name: mean, implementation: AVERAGE_COMBINER, children: [${model('a')}, ${model('b')}] }`,
  ],
  half: ['tensorflow', model('half', ', parameters: [{ name: model_name, type: STRING, value: half }]')],
  'half-experiment': [
    'tensorflow',
    `{ name: choice, implementation: RANDOM, children: [${model('m')}, ${model('sums')}] }`,
  ],
  server: ['seldon', "{ name: sklearn, implementation: SKLEARN_SERVER, modelUri: 's3://b/m', children: [] }"],
  'tf-server': [
    'seldon',
    "{ name: tfserving, implementation: TENSORFLOW_SERVER, modelUri: 's3://b/m', children: [], parameters: [{ name: model_input, type: STRING, value: x }] }",
  ],
};

function components(): ComponentEntries {
  const remote = (names: readonly string[], { url }: ModelServer) =>
    names.map((name): [string, ComponentEntry] => [name, { kind: 'url', url }]);
  return new Map<string, ComponentEntry>([
    ...remote(['iris', 'scale', 'a', 'b', 'router', 'combiner', 'last'], v2),
    ...remote(['half', 'm'], tf),
    ['sums', { kind: 'class', file: fileURLToPath(new URL('./fixtures/sums.js', import.meta.url)) }],
    ['sklearn', { kind: 'url', url: v2.url, protocol: 'v2', model: 'iris/versions/2' }],
    ['tfserving', { kind: 'url', url: tf.url, protocol: 'tensorflow', model: 'half' }],
  ]);
}

beforeAll(async () => {
  await Promise.all([v2.start(), tf.start()]);
  stack = await startStack(protocolYaml(DEPLOYMENTS, INJECT), components(), { version: '1.2.3' });
});

afterAll(async () => {
  await stack?.close();
  v2.close();
  tf.close();
});

beforeEach(() => {
  v2.calls.length = 0;
  tf.calls.length = 0;
});

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: the tests say what they expect in it
  readonly json: any;
}

async function send(path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  const response = await fetch(stack.router.url + path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: text && JSON.parse(text) };
}

const at = (deployment: string, path: string) => `/seldon/default/${deployment}${path}`;
const input = (...data: number[]) => ({
  inputs: [{ name: 'x', datatype: 'FP32', shape: [1, data.length], data }],
});
const dataOf = ({ json }: Answer) => json.outputs[0].data;
const paths = (server: ModelServer) => server.calls.map(({ path }) => path);

describe('a V2 deployment of one model', () => {
  it("passes bytes both ways, and answers with the component's id", async () => {
    const answer = await send(at('single', '/v2/models/iris/infer'), { id: '7', ...input(1) });
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({ id: '7', model_name: 'iris', outputs: [{ data: [11] }] });
    expect(answer.json.meta).toBeUndefined();
    expect(answer.headers.get('seldon-puid')).toBeTruthy();
  });

  it.each([
    ['/v2/models/infer', '/v2/models/iris/infer'],
    ['/v2/models/iris/infer', '/v2/models/iris/infer'],
    ['/v2/models/scale/infer', '/v2/models/scale/infer'],
    ['/v2/models/iris/versions/2/infer', '/v2/models/iris/versions/2/infer'],
  ])('asks for the model that the path names, or else the node: %s', async (path, asked) => {
    expect((await send(at('single', path), input(1))).status).toBe(200);
    expect(paths(v2)).toEqual([`POST ${asked}`]);
  });

  it('answers what the protocol asks about servers and models', async () => {
    expect((await send(at('single', '/v2/health/live'))).json).toEqual({ live: true });
    expect((await send(at('single', '/v2/health/ready'))).status).toBe(200);
    expect((await send(at('single', '/v2'))).json).toEqual({
      name: 'switchyard',
      version: '1.2.3',
      extensions: [],
    });
    expect((await send(at('single', '/v2/models/iris/ready'))).json).toEqual({ name: 'iris', ready: true });
    const described = { name: 'iris', platform: 'strict' };
    expect((await send(at('single', '/v2/models/iris'))).json).toMatchObject(described);
    expect((await send(at('single', '/v2/models/iris/versions/2'))).json).toMatchObject(described);
    expect(paths(v2)).toEqual(
      ['/v2/models/iris/ready', '/v2/models/iris', '/v2/models/iris/versions/2'].map((path) => `GET ${path}`),
    );
  });

  it("fails in the protocol's form", async () => {
    const unknown = await send(at('single', '/v2/models/other/infer'), input(1));
    expect(unknown.status).toBe(404);
    expect(unknown.json).toEqual({
      error: expect.stringContaining('Model other not found'),
      reason: 'MICROSERVICE_FAILED',
    });
    const wrong = await send(at('single', '/v2/models/iris/infer'), { instances: [1] });
    expect([wrong.status, wrong.json.error]).toEqual([
      400,
      expect.stringContaining('request: unexpected instances'),
    ]);
    const path = await send(at('single', '/v2/models/../infer'), input(1));
    expect([path.status, path.json.error]).toEqual([404, expect.any(String)]);
    const seldon = await send(at('single', '/api/v1.0/predictions'), {});
    expect([seldon.status, seldon.json.error]).toEqual([
      404,
      expect.stringContaining('/seldon/default/single/v2/models/{model}/infer'),
    ]);
    const binary = { 'inference-header-content-length': '5' };
    const tensors = await send(at('single', '/v2/models/iris/infer'), input(1), binary);
    expect([tensors.status, tensors.json.error]).toEqual([400, expect.stringContaining('binary_data=False')]);
    expect((await send(at('single', '/v2/models/iris/infer'))).status).toBe(405);
  });
});

describe('a V2 graph', () => {
  it('hands an answer on as a request, and rewards the arm that an experiment chose', async () => {
    const answer = await send(at('experiment', '/v2/models/infer'), { id: 'k', ...input(1, 2) });
    const arm = answer.headers.get('switchyard-route')!.replace('choice=', '');
    expect(answer.json).toMatchObject({ id: 'k', model_name: arm });
    expect(dataOf(answer)).toEqual(arm === 'a' ? [51, 52] : [61, 62]);
    expect(v2.calls[1]).toEqual({
      path: `POST /v2/models/${arm}/infer`,
      body: { id: 'k', inputs: [{ name: 'predict', datatype: 'FP64', shape: [1, 2], data: [21, 22] }] },
    });
    const id = answer.headers.get('switchyard-decision');
    const reward = await send(at('experiment', '/api/v1.0/feedback'), { decision: id, value: 1 });
    expect([reward.status, reward.json.status]).toEqual([200, 'recorded']);
    const asSeldon = { request: input(1, 2), response: answer.json, reward: 1 };
    const again = await send(at('experiment', '/api/v1.0/feedback'), asSeldon, { 'seldon-puid': id! });
    expect([again.status, again.headers.get('switchyard-reward')]).toEqual([200, 'repeated']);
    expect(v2.calls).toHaveLength(2);
  });

  it('refuses feedback that names no prediction, in the form of its path', async () => {
    const refused = await send(at('experiment', '/api/v1.0/feedback'), { response: {}, reward: 1 });
    expect([refused.status, refused.json.status.reason]).toEqual([422, 'UNIDENTIFIED_FEEDBACK']);
  });

  it.each([
    [1, 'a', 1 + 30 + 70],
    [60, 'b', 60 + 40 + 70],
  ])('lets a component route %d to %s and another transform the answer', async (sent, arm, result) => {
    const answer = await send(at('routed', '/v2/models/infer'), input(sent));
    expect(answer.headers.get('switchyard-route')).toBe(`router=${arm}`);
    expect(dataOf(answer)).toEqual([result]);
    expect(paths(v2)).toEqual([
      'POST /v2/models/router/route',
      `POST /v2/models/${arm}/infer`,
      'POST /v2/models/last/infer',
    ]);
  });

  it("hands a combiner the list of its children's answers", async () => {
    const answer = await send(at('combined', '/v2/models/infer'), input(1));
    expect(dataOf(answer)).toEqual([1 + 30 + 1 + 40]);
    expect(v2.calls.at(-1)).toMatchObject({
      path: 'POST /v2/models/combiner/aggregate',
      body: [{ outputs: [{ data: [31] }] }, { outputs: [{ data: [41] }] }],
    });
  });

  it('does not know a model that is none of its nodes', async () => {
    const answer = await send(at('combined', '/v2/models/other/ready'));
    expect([answer.status, answer.json.reason]).toEqual([404, 'UNKNOWN_MODEL']);
  });

  it('runs a class of this process', async () => {
    const table = {
      id: 'k',
      inputs: [
        { name: 'x', datatype: 'INT64', shape: [2], data: [1, 2] },
        { name: 'y', datatype: 'FP32', shape: [2, 1], data: [[0.5], [1.5]] },
      ],
    };
    const answer = await send(at('local', '/v2/models/infer'), table);
    expect(v2.calls[0]!.body).toEqual({
      id: 'k',
      inputs: [{ name: 'predict', datatype: 'FP64', shape: [2, 1], data: [1.5, 3.5] }],
    });
    expect(dataOf(answer)).toEqual([11.5, 13.5]);
  });

  it('names the field that a class of this process cannot take', async () => {
    const answer = await send(at('local', '/v2/models/infer'), {
      inputs: [{ name: 'x', datatype: 'FP32', shape: [2], data: [1] }],
    });
    expect([answer.status, answer.json]).toEqual([
      400,
      {
        error: 'sums: predict: inputs[0].data must be 2 values, by its shape, got 1',
        reason: 'MICROSERVICE_BAD_DATA',
      },
    ]);
  });

  it('averages the answers of its children in this process', async () => {
    expect(dataOf(await send(at('average', '/v2/models/infer'), input(1, 3)))).toEqual([36, 38]);
  });

  it('describes what is in this process', async () => {
    expect((await send(at('local', '/v2/models/sums/ready'))).json).toEqual({ name: 'sums', ready: true });
    expect((await send(at('local', '/v2/models/sums'))).json).toMatchObject({ name: 'sums', inputs: [] });
  });
});

describe('a tensorflow deployment', () => {
  it.each([
    ['/v1/models/half:predict', '/v1/models/half:predict'],
    ['/v1/models/half/:predict', '/v1/models/half:predict'],
    ['/v1/models:predict', '/v1/models/half:predict'],
    ['/v1/models/:predict', '/v1/models/half:predict'],
  ])('serves %s', async (path, asked) => {
    const answer = await send(at('half', path), { instances: [1.0, 2.0, 5.0] });
    expect([answer.status, answer.json]).toEqual([200, { predictions: [2.5, 3.0, 4.5] }]);
    expect(paths(tf)).toEqual([`POST ${asked}`]);
  });

  it('passes columns as it does rows', async () => {
    const answer = await send(at('half', '/v1/models/half:predict'), { inputs: [1, 2] });
    expect(answer.json).toEqual({ outputs: [2.5, 3] });
  });

  it("goes by the node's model_name, whatever the path says", async () => {
    await send(at('half', '/v1/models/other/versions/3:predict'), { instances: [1] });
    expect(paths(tf)).toEqual(['POST /v1/models/half:predict']);
  });

  it('says how a model is, and what', async () => {
    expect((await send(at('half', '/v1/models/half'))).json.model_version_status[0].state).toBe('AVAILABLE');
    expect((await send(at('half', '/v1/models/half/metadata'))).json.model_spec.name).toBe('strict');
    expect(paths(tf)).toEqual(['GET /v1/models/half', 'GET /v1/models/half/metadata']);
  });

  it("fails in the protocol's form", async () => {
    const answer = await send(at('half', '/v1/models/half:predict'), { instances: ['x'] });
    expect([answer.status, answer.json.error]).toEqual([
      400,
      expect.stringContaining('Invalid value \\"x\\"'),
    ]);
  });

  it('experiments over a model server and a class, and takes rewards', async () => {
    const results = new Map<string, unknown>();
    while (results.size < 2) {
      const answer = await send(at('half-experiment', '/v1/models:predict'), { instances: [[1, 3]] });
      results.set(answer.headers.get('switchyard-route')!, answer.json);
      const body = { decision: answer.headers.get('switchyard-decision'), value: 1 };
      expect((await send(at('half-experiment', '/api/v1.0/feedback'), body)).json.status).toBe('recorded');
    }
    expect(Object.fromEntries(results)).toEqual({
      'choice=m': { predictions: [[2.5, 3.5]] },
      'choice=sums': { predictions: [[4]] },
    });
  });
});

describe('a seldon deployment with a model server of another protocol', () => {
  it('gets Seldon messages in the kind of its request from a V2 server', async () => {
    const path = at('server', '/api/v1.0/predictions');
    const meta = { puid: 'p', tags: { country: 'de' } };
    const ndarray = await send(path, { data: { names: ['x', 'y'], ndarray: [[1, 2]] }, meta });
    expect(ndarray.json).toEqual({
      data: { names: [], ndarray: [[11, 12]] },
      meta: { ...meta, routing: { sklearn: -1 } },
    });
    const tensor = await send(path, { data: { tensor: { shape: [2, 1], values: [1, 2] } } });
    expect(tensor.json.data).toEqual({ names: [], tensor: { shape: [2, 1], values: [11, 12] } });
    expect(v2.calls[0]).toEqual({
      path: 'POST /v2/models/iris/versions/2/infer',
      body: {
        parameters: { country: 'de' },
        inputs: [{ name: 'predict', datatype: 'FP64', shape: [1, 2], data: [1, 2] }],
      },
    });
  });

  it('gets them from TensorFlow Serving', async () => {
    const answer = await send(at('tf-server', '/api/v1.0/predictions'), { data: { ndarray: [[1], [2]] } });
    expect(answer.json.data).toEqual({ names: [], ndarray: [[2.5], [3]] });
    expect(tf.calls[0]!.body).toEqual({ instances: [{ x: [1] }, { x: [2] }] });
  });

  it('says in the form of its own protocol what cannot be translated', async () => {
    const path = at('server', '/api/v1.0/predictions');
    const answer = await send(path, { data: { ndarray: [[1], [2, 3]] } });
    expect([answer.status, answer.json.status]).toMatchObject([
      400,
      { info: expect.stringContaining('sklearn: predict: data.ndarray must be arrays of one length') },
    ]);
    const unreadable = await send(path, '[1');
    expect([unreadable.status, unreadable.json.status.reason]).toEqual([400, 'MICROSERVICE_BAD_DATA']);
    const deep = await send(path, `{"data":{"ndarray":${'['.repeat(300)}${']'.repeat(300)}}}`);
    expect([deep.status, deep.json.status.info]).toEqual([
      400,
      expect.stringContaining('at most 200 levels'),
    ]);
  });
});
