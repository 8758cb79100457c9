import { fileURLToPath } from 'node:url';
import { status } from '@grpc/grpc-js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { GrpcCaller, type GrpcPeer, rpcError, serveGrpc } from '#testing';
import { v2Server } from './model-servers.js';
import { type ComponentEntry, protocolYaml } from './protocol-deployments.js';
import { type Stack, startStack } from './router-stack.js';

/** The Open Inference Protocol over gRPC, to clients and to components, and between it and REST. */

// biome-ignore lint/suspicious/noExplicitAny: the tests say what they expect in it
type Json = any;

const rest = v2Server(['iris', 'a']);
const asked: Json[] = [];
let peer: GrpcPeer;
let stack: Stack;
let engine: GrpcCaller;

const model = (name: string) => `{ name: ${name}, type: MODEL, children: [] }`;
const DEPLOYMENTS = {
  single: ['v2', model('b')],
  chain: ['v2', `{ name: b, type: TRANSFORMER, children: [${model('last')}] }`],
  mixed: ['v2', `{ name: a, type: TRANSFORMER, children: [${model('b')}] }`],
  choice: ['v2', `{ name: choice, implementation: RANDOM, children: [${model('a')}, ${model('b')}] }`],
  local: ['v2', `{ name: sums, type: MODEL, children: [${model('b')}] }`],
  down: ['v2', model('down')],
  server: ['seldon', "{ name: triton, implementation: TRITON_SERVER, modelUri: 's3://b/m', children: [] }"],
} as const;

/** As Triton: answers in raw bytes; its models add one to the last number's lowest byte. */
function infer({ model_name, model_version = '', id, inputs, raw_input_contents = [], ...rest }: Json): Json {
  asked.push({ model_name, model_version, inputs, raw: raw_input_contents, ...rest });
  if (model_name === 'absent') throw rpcError(status.NOT_FOUND, 'no such model');
  const [{ contents, ...tensor }] = inputs;
  const raw = raw_input_contents[0] ?? rawOf(contents.fp64_contents);
  const answer = Buffer.from(raw);
  answer[0]! += tensor.datatype === 'INT64' ? 1 : 0;
  return {
    model_name,
    model_version: model_version || '1',
    id,
    outputs: [{ ...tensor, name: 'out' }],
    raw_output_contents: [answer],
  };
}

function rawOf(numbers: readonly number[]): Buffer {
  return Buffer.from(Float64Array.from(numbers, (number) => number + 10).buffer);
}

beforeAll(async () => {
  await rest.start();
  peer = await serveGrpc({
    GRPCInferenceService: {
      ModelInfer: infer,
      ModelMetadata: ({ name, version }) => ({
        name,
        versions: [version || '1'],
        platform: 'strict',
        inputs: [{ name: 'x', datatype: 'FP64', shape: [-1, 2] }],
        outputs: [],
      }),
    },
  });
  const url =
    (at: string) =>
    (name: string): [string, ComponentEntry] => [name, { kind: 'url', url: at }];
  const components = new Map<string, ComponentEntry>([
    ...['a', 'iris'].map(url(rest.url)),
    ...['b', 'last'].map(url(peer.url)),
    ['down', { kind: 'url', url: 'grpc://127.0.0.1:1' }],
    ['triton', { kind: 'url', url: peer.url, protocol: 'v2', model: 'densenet/versions/3' }],
    ['sums', { kind: 'class', file: fileURLToPath(new URL('./fixtures/sums.js', import.meta.url)) }],
  ]);
  stack = await startStack(protocolYaml(DEPLOYMENTS), components, { grpcPort: 0, version: '1.2.3' });
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

const call = (deployment: string, method: string, request: Json, metadata = {}) =>
  engine.call(`GRPCInferenceService/${method}`, request, {
    metadata: { seldon: deployment, namespace: 'default', ...metadata },
  });

const fp64 = (...values: number[]) => ({
  id: '7',
  inputs: [{ name: 'x', datatype: 'FP64', shape: [1, values.length], contents: { fp64_contents: values } }],
});

function numbersOf({ message }: Json): number[] {
  const [{ contents }] = message.outputs;
  const [raw] = message.raw_output_contents;
  if (raw === undefined) return contents.fp64_contents;
  return Array.from({ length: raw.length / 8 }, (_, i) => raw.readDoubleLE(i * 8));
}

/** What is false is not there. */
const NOT_READY = {};

/** 2^53 + 1, which no number of JSON is. */
const HUGE = Buffer.from('0100000000002000', 'hex');
const huge = { inputs: [{ name: 'x', datatype: 'INT64', shape: [1] }], raw_input_contents: [HUGE] };

describe('a V2 deployment over gRPC', () => {
  it('passes messages on, with the model that the request names or else the node', async () => {
    const named = await call('single', 'ModelInfer', {
      ...fp64(1, 2),
      model_name: 'iris',
      model_version: '2',
    });
    expect(named).toMatchObject({
      code: status.OK,
      message: { model_name: 'iris', model_version: '2', id: '7' },
    });
    expect(numbersOf(named)).toEqual([11, 12]);
    expect(named.headers.get('seldon-puid')[0]).toBeTruthy();
    await call('single', 'ModelInfer', fp64(1));
    expect(asked.map(({ model_name, model_version }) => [model_name, model_version])).toEqual([
      ['iris', '2'],
      ['b', ''],
    ]);
  });

  it('hands an answer on as a request without changing a bit of it', async () => {
    const answer = await call('chain', 'ModelInfer', huge);
    expect(answer).toMatchObject({ code: status.OK, message: { model_name: 'last' } });
    expect(asked[1]).toMatchObject({ model_name: 'last', inputs: [{ name: 'out' }] });
    expect(asked[1].raw[0].toString('hex')).toBe('0200000000002000');
    expect(answer.message.raw_output_contents[0].toString('hex')).toBe('0300000000002000');
  });

  it('calls components behind REST and behind gRPC in one graph', async () => {
    const answer = await call('mixed', 'ModelInfer', fp64(1));
    expect(answer).toMatchObject({ code: status.OK, message: { model_name: 'b', id: '7' } });
    expect(numbersOf(answer)).toEqual([1 + 20 + 10]);
  });

  it('refuses a number that it would have to change for REST', async () => {
    const answer = await call('mixed', 'ModelInfer', huge);
    expect(answer).toMatchObject({
      code: status.INVALID_ARGUMENT,
      details: expect.stringContaining(
        'inputs[0].data[0] must be within ±2^53 to become JSON, got "9007199254740993"',
      ),
    });
    expect(asked).toEqual([]);
  });

  it('experiments, and says in metadata which arm answered', async () => {
    const answer = await call('choice', 'ModelInfer', fp64(1));
    const arm = String(answer.headers.get('switchyard-route')[0]).replace('choice=', '');
    expect(answer.message.model_name).toBe(arm);
    const decision = answer.headers.get('switchyard-decision')[0];
    const reward = await fetch(`${stack.router.url}/seldon/default/choice/api/v1.0/feedback`, {
      method: 'POST',
      body: JSON.stringify({ decision, value: 1 }),
    });
    expect(await reward.json()).toMatchObject({ status: 'recorded' });
  });

  it('runs a class of this process', async () => {
    const answer = await call('local', 'ModelInfer', fp64(1, 2));
    expect(numbersOf(answer)).toEqual([1 + 2 + 10]);
  });

  it('answers what the protocol asks about servers and models', async () => {
    expect((await call('single', 'ServerLive', {})).message).toEqual({ live: true });
    expect((await call('single', 'ServerReady', {})).message).toEqual({ ready: true });
    expect((await call('down', 'ServerReady', {})).message).toEqual(NOT_READY);
    expect((await call('single', 'ServerMetadata', {})).message).toMatchObject({
      name: 'switchyard',
      version: '1.2.3',
    });
    expect((await call('single', 'ModelReady', { name: 'b' })).message).toEqual({ ready: true });
    expect((await call('down', 'ModelReady', { name: 'down' })).message).toEqual(NOT_READY);
    const described = await call('single', 'ModelMetadata', { name: 'iris', version: '2' });
    expect(described.message).toMatchObject({ name: 'iris', versions: ['2'], inputs: [{ shape: [-1, 2] }] });
    const over = await fetch(`${stack.router.url}/seldon/default/single/v2/models/iris/versions/2`);
    expect(await over.json()).toEqual({
      name: 'iris',
      versions: ['2'],
      platform: 'strict',
      inputs: [{ name: 'x', datatype: 'FP64', shape: [-1, 2] }],
      outputs: [],
    });
  });

  it.each([
    [
      'ModelInfer',
      { ...fp64(1), model_name: '../admin' },
      status.INVALID_ARGUMENT,
      'model_name must be at most',
    ],
    ['ModelInfer', { ...fp64(1), model_name: 'absent' }, status.NOT_FOUND, 'no such model'],
    ['ModelInfer', Buffer.from([0xff]), status.INVALID_ARGUMENT, 'the body is no ModelInferRequest'],
    ['ModelReady', {}, status.INVALID_ARGUMENT, 'name must be the name of a model'],
  ])('refuses %s of %j', async (method, request, code, details) => {
    expect(await call('single', method, request)).toMatchObject({
      code,
      details: expect.stringContaining(details),
    });
  });

  it('does not mistake a deployment of another protocol for its own', async () => {
    const answer = await call('server', 'ModelInfer', fp64(1));
    expect(answer).toMatchObject({
      code: status.NOT_FOUND,
      details: expect.stringContaining('default/single'),
    });
    const seldon = await engine.call('Seldon/Predict', { strData: 'x' }, { metadata: { seldon: 'single' } });
    expect(seldon).toMatchObject({
      code: status.NOT_FOUND,
      details: expect.stringContaining('default/server'),
    });
  });
});

describe('a V2 component behind gRPC', () => {
  it('is called for REST clients of a V2 deployment', async () => {
    const response = await fetch(
      `${stack.router.url}/seldon/default/single/v2/models/iris/versions/2/infer`,
      {
        method: 'POST',
        body: JSON.stringify({
          id: '7',
          inputs: [{ name: 'x', datatype: 'FP64', shape: [2], data: [1, 2] }],
        }),
      },
    );
    expect(await response.json()).toEqual({
      model_name: 'iris',
      model_version: '2',
      id: '7',
      outputs: [{ name: 'out', datatype: 'FP64', shape: [2], data: [11, 12] }],
    });
  });

  it('serves a seldon deployment, over gRPC and over REST', async () => {
    const message = { data: { tensor: { shape: [1, 2], values: [1, 2] } } };
    const answer = await engine.call('Seldon/Predict', message, { metadata: { seldon: 'server' } });
    expect(answer.message.data.tensor.values).toEqual([11, 12]);
    expect(asked[0]).toMatchObject({ model_name: 'densenet', model_version: '3' });
    const response = await fetch(`${stack.router.url}/seldon/default/server/api/v1.0/predictions`, {
      method: 'POST',
      body: JSON.stringify({ data: { ndarray: [[1, 2]] } }),
    });
    expect(await response.json()).toMatchObject({ data: { ndarray: [[11, 12]] } });
  });
});
