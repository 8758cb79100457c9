import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CliProcess } from '../cli-process.js';
import type { PythonEnvironment } from '../python/environment.js';
import { START_MS } from '../python/peer.js';
import { type Stack, startStack } from '../router-stack.js';
import { AB_TEST, COMBINED, readEntries } from './graphs.js';
import {
  COMPONENTS,
  type JournalEntry,
  type PythonComponents,
  startPythonComponents,
  WORKERS,
} from './python-components.js';
import { SeldonClient } from './seldon-client.js';
import { describeEachSeldon, type SeldonVersion } from './seldon-versions.js';

const DOG = { data: { ndarray: [['dog', 0, 4, 0.2, 0.79]] } };
/** The transformer makes [0, 1, 0, 0, 0.5, 0.2, 0.79] of the dog. */
const DOG_SUM = 2.49;

const AB_NODES = ['transformer', 'router', 'model-a', 'model-b'];
/** By their index among the router's children. */
const ARMS = [
  { node: 'model-a', run: 'small/run-3', factor: 1 },
  { node: 'model-b', run: 'large/run-9', factor: 10 },
];
const TRANSPORTS = ['REST', 'GRPC'] as const;
type Transport = (typeof TRANSPORTS)[number];

/** The combiner of 1.6.0 keeps the path of its first message only, and over gRPC its own alone. */
const LOST_PATHS = { REST: ['model-b'], GRPC: ['model-a', 'model-b'] };

/** Seldon's wrapper 1.6.0 lets Flask answer an exception with a page of HTML. */
function saysOfFox(transport: Transport, version: SeldonVersion): RegExp {
  if (transport === 'GRPC')
    return /^transformer: \S+TransformInput of grpc:\S+: UNKNOWN: .*unknown category: fox$/;
  const said = version === '1.6.0' ? '<h1>Internal Server Error</h1>' : '"unknown category: fox"';
  return new RegExp(`^transformer: POST http:\\S+/transform-input: it answered 500: .*${said}`, 's');
}

interface Prediction {
  readonly data: { readonly names: string[]; readonly ndarray: number[][] };
  readonly meta: {
    readonly tags: Record<string, unknown>;
    readonly routing: Record<string, number>;
    readonly requestPath: Record<string, string>;
    readonly metrics: object[];
  };
}

function post(stack: Stack, path: string, body: unknown): Promise<Response> {
  return fetch(`${stack.router.url}/seldon/default/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

async function predict(stack: Stack, deployment = 'ab-test', body: unknown = DOG): Promise<Prediction> {
  const response = await post(stack, `${deployment}/api/v1.0/predictions`, body);
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${response.status} ${text}`);
  return JSON.parse(text) as Prediction;
}

/** Predictions until every arm was taken, one of each, in the order of the arms. */
async function onePerArm(stack: Stack): Promise<Prediction[]> {
  const seen: Prediction[] = [];
  while (ARMS.some((_arm, index) => seen[index] === undefined)) {
    const prediction = await predict(stack);
    seen[prediction.meta.routing.router!] = prediction;
  }
  return seen;
}

async function sendFeedback(stack: Stack, response: Prediction, reward: number): Promise<void> {
  const answer = await post(stack, 'ab-test/api/v1.0/feedback', { request: DOG, response, reward });
  expect({ status: answer.status, body: await answer.json() }).toMatchObject({
    status: 200,
    body: { reward },
  });
}

describeEachSeldon('components on the Python wrapper', (python, version) => {
  let peers: PythonComponents;
  beforeAll(async () => {
    peers = await startPythonComponents(python, [AB_TEST, COMBINED]);
  }, START_MS);
  afterAll(() => peers?.stop());

  for (const transport of TRANSPORTS) {
    abTest(() => peers, transport, version);
    combined(() => peers, transport, version);
  }
  grpcOnly(() => peers, python);
  mixed(() => peers);
});

function abTest(peers: () => PythonComponents, transport: Transport, version: SeldonVersion): void {
  describe(`the A/B deployment with all four nodes in Python, called over ${transport}`, () => {
    let stack: Stack;
    beforeAll(async () => {
      const urls = AB_NODES.map((name) => [name, { url: peers().url(name, transport) }]);
      stack = await startStack(AB_TEST, await readEntries(Object.fromEntries(urls)));
    });
    afterAll(() => stack?.close());

    const entries = async (node: string, event: JournalEntry['event']) =>
      (await peers().journal(node)).filter((entry) => entry.event === event);

    it('answers what the arm makes of the transformed features, with the routing', async () => {
      const predictions = await onePerArm(stack);
      for (const [index, { node, run, factor }] of ARMS.entries()) {
        const { data, meta } = predictions[index]!;
        expect(data.names).toEqual(['score']);
        expect(data.ndarray).toEqual([[expect.closeTo(factor * DOG_SUM, 12)]]);
        expect(meta.routing).toEqual({ transformer: -1, router: index, [node]: -1 });
        expect(meta.tags).toEqual({ transformer: 'preprocessing/run-7', model: run });
        // COUNTER is the default of its field, which Protobuf leaves out.
        const type = transport === 'REST' ? { type: 'COUNTER' } : {};
        expect(meta.metrics).toEqual([{ key: 'predictions', ...type, value: 1 }]);
        expect(Object.keys(meta.requestPath).sort()).toEqual([node, 'transformer']);
      }
    });

    it('loads a model once in every worker, and once in the process for gRPC', async () => {
      for (const { node } of ARMS) {
        while ((await entries(node, 'load')).length < WORKERS + 1) await sleep(20);
      }
      await Promise.all(Array.from({ length: 50 }, () => predict(stack)));
      for (const { node } of ARMS) {
        const pids = (await entries(node, 'load')).map(({ pid }) => pid);
        expect(pids).toHaveLength(WORKERS + 1);
        expect(new Set(pids).size).toBe(WORKERS + 1);
      }
    });

    it('sends feedback to the router and to the model of the taken arm, and to no other', async () => {
      for (const [index, prediction] of (await onePerArm(stack)).entries()) {
        const before = await Promise.all(AB_NODES.map((node) => entries(node, 'feedback')));
        await sendFeedback(stack, prediction, 0.25);
        const after = await Promise.all(AB_NODES.map((node) => entries(node, 'feedback')));
        const added = after.map((all, i) => all.slice(before[i]!.length));
        const features = [['dog', '0.0', '4.0', '0.2', '0.79']];
        expect(added).toMatchObject(
          AB_NODES.map((node) => {
            if (node === 'router') return [{ reward: 0.25, routing: index }];
            return node === ARMS[index]!.node ? [{ reward: 0.25, routing: -1, features }] : [];
          }),
        );
      }
    });

    it('answers a Python exception with a Status that names the node', async () => {
      const fox = { data: { ndarray: [['fox', 0, 4, 0.2, 0.79]] } };
      const response = await post(stack, 'ab-test/api/v1.0/predictions', fox);
      expect(response.status).toBe(500);
      expect(response.headers.get('content-type')).toBe('application/json');
      const { status } = (await response.json()) as { status: { info: string } };
      expect(status).toMatchObject({ code: 500, status: 'FAILURE' });
      expect(status.info).toMatch(saysOfFox(transport, version));
    });
  });
}

function grpcOnly(peers: () => PythonComponents, python: PythonEnvironment): void {
  describe('the A/B deployment with Python at both ends, over gRPC all the way', () => {
    let client: SeldonClient;
    let stack: Stack;
    beforeAll(async () => {
      const urls = AB_NODES.map((name) => [name, { url: peers().url(name, 'GRPC') }]);
      stack = await startStack(AB_TEST, await readEntries(Object.fromEntries(urls)), { grpcPort: 0 });
      client = new SeldonClient(python);
    });
    afterAll(async () => {
      await client?.stop();
      await stack?.close();
    });

    it('answers, and takes feedback', async () => {
      const options = { transport: 'grpc', deployment_name: 'ab-test', namespace: 'default' };
      const call = (method: 'predict' | 'feedback', args: object) =>
        client.call({
          client: { ...options, gateway_endpoint: `127.0.0.1:${stack.router.grpcPort}` },
          method,
          args: { ...args },
        });
      const prediction = await call('predict', { payload_type: 'ndarray', data: DOG.data.ndarray });
      expect(prediction).toMatchObject({ success: true });
      const { data, meta } = prediction.response as Prediction;
      const { factor, node } = ARMS[meta.routing.router!]!;
      expect(data.ndarray).toEqual([[expect.closeTo(factor * DOG_SUM, 12)]]);
      const feedback = { prediction_request: DOG, prediction_response: prediction.response, reward: 0.125 };
      // The transformer at the root is not called with feedback: the answer is empty.
      expect(await call('feedback', feedback)).toEqual({ success: true, msg: '', response: {} });
      expect((await peers().journal(node)).at(-1)).toMatchObject({ event: 'feedback', reward: 0.125 });
    });
  });
}

function mixed(peers: () => PythonComponents): void {
  describe('the A/B deployment with its transformer and model-a in TypeScript, its router called over REST and its model-b over gRPC', () => {
    let host: CliProcess;
    let stack: Stack;
    beforeAll(async () => {
      host = hostedTransformer();
      const [, url] = await host.says(/listens on (\S+), gRPC/);
      stack = await startStack(
        AB_TEST,
        await readEntries({
          transformer: { url },
          router: { url: peers().url('router') },
          'model-a': { class: join(COMPONENTS, 'model-infer.ts') },
          'model-b': { url: peers().url('model-b', 'GRPC') },
        }),
      );
    });
    afterAll(async () => {
      await stack?.close();
      await host?.kill('SIGTERM');
    });

    it('answers the same numbers whichever language a node is in', async () => {
      const [a, b] = await onePerArm(stack);
      const transformer = 'preprocessing/run-7 in TypeScript';
      expect(a!.data.ndarray).toEqual([[expect.closeTo(DOG_SUM, 12)]]);
      expect(a!.meta.tags).toMatchObject({ transformer, model: 'small/run-3 in TypeScript' });
      expect(b!.data.ndarray).toEqual([[expect.closeTo(10 * DOG_SUM, 12)]]);
      expect(b!.meta.tags).toEqual({ transformer, model: 'large/run-9' });
    });

    it('sends feedback to the class in this process as to the one in Python', async () => {
      const [a, b] = await onePerArm(stack);
      await sendFeedback(stack, a!, 0.5);
      await sendFeedback(stack, b!, 0.75);
      const [again] = await onePerArm(stack);
      expect(again!.meta.tags.rewards).toEqual([0.5]);
      const rewards = (await peers().journal('model-b')).map(({ reward }) => reward);
      expect(rewards.at(-1)).toBe(0.75);
    });
  });
}

/** `switchyard component`, as a container of that node would run it. */
function hostedTransformer(): CliProcess {
  const parameters = [
    { name: 'container_name', type: 'STRING', value: 'preprocessing' },
    { name: 'run_name', type: 'STRING', value: 'run-7' },
  ];
  const address = ['--host', '127.0.0.1', '--http-port', '0', '--grpc-port', '0', '--metrics-port', '0'];
  return new CliProcess(['component', 'InputTransformer', '--service-type', 'TRANSFORMER', ...address], {
    cwd: COMPONENTS,
    env: {
      PREDICTIVE_UNIT_ID: 'transformer',
      PREDICTIVE_UNIT_PARAMETERS: JSON.stringify(parameters),
    },
  });
}

function combined(peers: () => PythonComponents, transport: Transport, version: SeldonVersion): void {
  describe(`a combiner in Python under an output transformer in Python, called over ${transport}`, () => {
    const nodes = ['rounder', 'combiner', ...ARMS.map(({ node }) => node)];
    let stack: Stack;
    beforeAll(async () => {
      const urls = nodes.map((name) => [name, { url: peers().url(name, transport) }]);
      stack = await startStack(COMBINED, await readEntries(Object.fromEntries(urls)));
    });
    afterAll(() => stack?.close());

    it('combines what both models answer', async () => {
      // The models say 1 + 1.5 = 2.5 and ten times that, 25; their mean is 13.75.
      const { data, meta } = await predict(stack, 'combined', { data: { ndarray: [[1, 1.5]] } });
      expect(data.ndarray).toEqual([[14]]);
      expect(meta.metrics).toHaveLength(2);
      const lost = version === '1.6.0' ? LOST_PATHS[transport] : [];
      expect(Object.keys(meta.requestPath).sort()).toEqual(
        nodes.filter((node) => !lost.includes(node)).sort(),
      );
    });
  });
}
