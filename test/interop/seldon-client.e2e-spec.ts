import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Ledger } from '#experiments';
import type { PythonEnvironment } from '../python/environment.js';
import { AB_GRAPH, deploymentYaml, INJECT, type Stack, startStack } from '../router-stack.js';
import { readEntries } from './graphs.js';
import { COMPONENTS } from './python-components.js';
import { type Outcome, SeldonClient } from './seldon-client.js';
import { describeEachSeldon } from './seldon-versions.js';

const NAME = 'echoes';
const PREFIX = `/seldon/default/${NAME}`;

interface Way {
  readonly title: string;
  readonly client: Readonly<Record<string, unknown>>;
  readonly args?: Readonly<Record<string, unknown>>;
}

const TRANSPORTS = ['rest', 'grpc'] as const;
type Transport = (typeof TRANSPORTS)[number];

/** Those that both transports have. */
const WAYS: readonly Way[] = [
  { title: 'through Ambassador', client: { gateway: 'ambassador', namespace: 'default' } },
  { title: 'through Istio', client: { gateway: 'istio', namespace: 'default' } },
  { title: 'without a namespace', client: { gateway: 'ambassador' } },
  { title: 'without a gateway', client: { gateway: 'seldon' } },
];

/** `$` is the router's host and port. */
const WAYS_OF_REST: readonly Way[] = [
  {
    title: 'with a prefix of the gateway',
    client: { gateway: 'istio' },
    args: { gateway_prefix: PREFIX },
  },
  {
    title: 'without a gateway, by the path of the deployment',
    client: { gateway: 'seldon', gateway_endpoint: `$${PREFIX}` },
  },
];

interface Payload {
  readonly title: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly answer: object;
}

const PAYLOADS: readonly Payload[] = [
  {
    title: 'a tensor, as it does unless told otherwise',
    args: { data: [[1, 2.5]] },
    answer: { data: { names: ['t:0', 't:1'], tensor: { shape: [1, 2], values: [1, 2.5] } } },
  },
  {
    title: 'an ndarray of numbers',
    args: { payload_type: 'ndarray', data: [[1, 2.5]] },
    answer: { data: { names: ['t:0', 't:1'], ndarray: [[1, 2.5]] } },
  },
  {
    title: 'an ndarray of strings',
    args: { payload_type: 'ndarray', data: [['dog', 'cat']] },
    answer: { data: { names: ['t:0', 't:1'], ndarray: [['dog', 'cat']] } },
  },
  { title: 'bytes', args: { bin_data: '\u0000\u0001é' }, answer: { binData: 'AAHDqQ==' } },
  { title: 'a string', args: { str_data: 'a "string" é' }, answer: { strData: 'a "string" é' } },
  {
    title: 'JSON',
    args: { json_data: { a: [1, 'b', null, true] } },
    answer: { jsonData: { a: [1, 'b', null, true] } },
  },
];

for (const transport of TRANSPORTS) {
  describeEachSeldon(`over ${transport}, the Python client`, (python) => clientTests(python, transport));
}

function clientTests(python: PythonEnvironment, transport: Transport): void {
  const ways = transport === 'rest' ? [...WAYS, ...WAYS_OF_REST] : WAYS;
  let stack: Stack;
  let client: SeldonClient;
  beforeAll(async () => {
    const echo = { class: join(COMPONENTS, 'echo.ts') };
    const entries = await readEntries({ 'model-a': echo, 'model-b': echo });
    stack = await startStack(deploymentYaml(NAME, AB_GRAPH, { env: INJECT }), entries, { grpcPort: 0 });
    client = new SeldonClient(python);
  });
  afterAll(async () => {
    await client?.stop();
    await stack?.close();
  });

  const call = (
    method: 'predict' | 'feedback',
    way: Way,
    args: Readonly<Record<string, unknown>>,
  ): Promise<Outcome> => {
    const host = `127.0.0.1:${transport === 'rest' ? stack.router.port : stack.router.grpcPort}`;
    const { gateway_endpoint: endpoint = '$', ...options } = way.client;
    return client.call({
      client: {
        transport,
        deployment_name: NAME,
        gateway_endpoint: String(endpoint).replace('$', host),
        ...options,
      },
      method,
      args: { ...way.args, ...args },
    });
  };
  const rewards = async () => (await stack.storage.get(Ledger).verify()).rewards;

  describe.each(ways)('$title', (way) => {
    it('predicts, and its feedback is recorded and reaches the taken arm', async () => {
      const prediction = await call('predict', way, { data: [[1, 2]] });
      expect(prediction).toMatchObject({ success: true, msg: '' });
      const { meta } = prediction.response;
      expect(meta.routing).toEqual({ router: expect.any(Number), [armOf(meta)]: -1 });
      const before = await rewards();
      const feedback = await call('feedback', way, {
        prediction_request: { data: { ndarray: [[1, 2]] } },
        prediction_response: prediction.response,
        reward: 0.5,
      });
      // The router node answers by itself: over REST the feedback, over gRPC an empty message.
      const response = transport === 'rest' ? expect.objectContaining({ reward: 0.5 }) : {};
      expect(feedback).toEqual({ success: true, msg: '', response });
      expect(await rewards()).toBe(before + 1);
      const next = await predictionOf(armOf(meta), way);
      expect(next.response.meta.tags.rewards).toEqual([...meta.tags.rewards, 0.5]);
    });
  });

  async function predictionOf(arm: string, way: Way): Promise<Outcome> {
    for (;;) {
      const prediction = await call('predict', way, { data: [[1]] });
      if (armOf(prediction.response.meta) === arm) return prediction;
    }
  }

  const usual = WAYS[0]!;

  it.each(PAYLOADS)('sends and gets $title', async ({ args, answer }) => {
    const { success, response } = await call('predict', usual, args);
    expect(success).toBe(true);
    expect(response).toEqual({ ...answer, meta: expect.anything() });
  });

  /** Over REST the client leaves it out. */
  if (transport === 'grpc') {
    it('sends custom data, of which the echo makes JSON', async () => {
      const { success, response } = await call('predict', usual, { custom_data: 'mine' });
      expect(success).toBe(true);
      expect(response.jsonData).toEqual({
        '@type': 'type.googleapis.com/google.protobuf.StringValue',
        value: 'mine',
      });
    });
  }

  it('reads the answer into its Protobuf message', async () => {
    const { success, response } = await call('predict', usual, { data: [[7]], client_return_type: 'proto' });
    expect(success).toBe(true);
    expect(response.data.tensor).toEqual({ shape: [1, 1], values: [7] });
    expect(response.meta.routing[armOf(response.meta)]).toBe(-1);
  });

  it('sends names and tags', async () => {
    const { response } = await call('predict', usual, {
      payload_type: 'ndarray',
      data: [[1, 2]],
      names: ['a', 'b'],
      meta: { who: 'me' },
    });
    expect(response.meta.tags).toMatchObject({ who: 'me' });
  });

  it('is told why a deployment is not found', async () => {
    const elsewhere = { title: '', client: { gateway: 'istio', namespace: 'elsewhere' } };
    const { success, msg, response } = await call('predict', elsewhere, { data: [[1]] });
    expect(success).toBe(false);
    if (transport === 'grpc') {
      expect(msg).toContain('StatusCode.NOT_FOUND');
      expect(msg).toContain(`default/${NAME}`);
      return;
    }
    expect(msg).toBe('404:Not Found');
    expect(response.status).toMatchObject({ code: 404, status: 'FAILURE' });
    expect(response.status.info).toContain(`${PREFIX}/api/v1.0/predictions`);
  });
}

function armOf({ routing }: { routing: Record<string, number> }): string {
  return ['model-a', 'model-b'][routing.router!]!;
}
