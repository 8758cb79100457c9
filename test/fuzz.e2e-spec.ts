import { resolve } from 'node:path';
import { Client, credentials, status as grpcStatus, Metadata, type ServiceError } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Agent, request } from 'undici';
import { feedbackCodec, seldonMessageCodec } from '#protocol';
import { Mutations } from './mutations.js';
import { AB_GRAPH, answers, Components, deploymentYaml, type Stack, startStack } from './router-stack.js';

const PREDICTIONS = [
  '{"data":{"names":["a","b"],"ndarray":[[1,2.5],[3,4]]},"meta":{"tags":{"a":1},"puid":"p"}}',
  '{"data":{"tensor":{"shape":[2,2],"values":[1,2,3,4]}}}',
  '{"strData":"text"}',
  '{"jsonData":{"a":[1,{"b":null}]}}',
  '{"binData":"AAEC"}',
];
const FEEDBACKS = [
  '{"request":{"data":{"ndarray":[[1,2]]}},"response":{"meta":{"puid":"known","routing":{"router":1}},"data":{"ndarray":[[1]]}},"reward":0.5}',
  '{"reward":1,"truth":{"data":{"ndarray":[[1]]}},"response":{"meta":{"routing":{"router":0}}}}',
  '{"decision":"known","value":1,"metric":"reward","key":"k"}',
  '[{"decision":"known","value":1},{"receipt":"x","value":0}]',
];
const ROUTES = [
  '{"data":{"ndarray":[[1]]}}',
  '{"data":{"tensor":{"shape":[1,1],"values":[0]}},"meta":{"tags":{"switchyard.propensity":0.5}}}',
  '[1]',
];

const components = new Components();
/** A reward for an unknown decision waits for it up to a second. */
const AT_ONCE = 100;
const agent = new Agent({ connections: AT_ONCE });
let stack: Stack;

beforeAll(async () => {
  await components.start();
  const sums = { kind: 'class', file: resolve('test/fixtures/sums.js') } as const;
  const map = new Map([...components.map(), ['model-a', sums], ['model-b', sums]] as const);
  stack = await startStack(
    [
      deploymentYaml('ab', AB_GRAPH),
      deploymentYaml(
        'routed',
        '{ name: chooser, type: ROUTER, children: [{ name: model-a, type: MODEL }, { name: model-b, type: MODEL }] }',
      ),
    ].join('---\n'),
    map,
    { grpcPort: 0 },
  );
});

afterAll(async () => {
  await stack.close();
  components.close();
  await agent.close();
});

async function post(path: string, body: Buffer | string, headers = {}) {
  const answer = await request(`${stack.router.url}/seldon/default/${path}`, {
    method: 'POST',
    body,
    dispatcher: agent,
    headers: { 'content-type': 'application/json', ...headers },
  });
  return { status: answer.statusCode, text: await answer.body.text() };
}

/** Sends `count` requests, some at a time; every one is answered, a failure with a Status or results that say why. */
async function answersAll(count: number, send: (index: number) => ReturnType<typeof post>) {
  const statuses = new Map<number, number>();
  for (let sent = 0; sent < count; sent += AT_ONCE) {
    const some = await Promise.all(
      Array.from({ length: Math.min(AT_ONCE, count - sent) }, (_, i) => send(sent + i)),
    );
    for (const { status, text } of some) {
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      if (status < 300) continue;
      const { status: said } = JSON.parse(text);
      expect(said).toMatchObject({ code: status, status: 'FAILURE', info: expect.stringMatching(/./) });
      expect(said.reason).not.toBe('INTERNAL');
    }
  }
  const good = await post('ab/api/v1.0/predictions', PREDICTIONS[0]!);
  expect(good).toMatchObject({ status: 200, text: expect.stringContaining('[[3.5],[7]]') });
  return statuses;
}

describe('nothing is disturbed by', () => {
  it('4,000 malformed predictions', async () => {
    const bodies = new Mutations(PREDICTIONS, 1);
    const statuses = await answersAll(4000, () => post('ab/api/v1.0/predictions', bodies.next()));
    expect(statuses.get(400)).toBeGreaterThan(1000);
    expect(statuses.get(200)).toBeGreaterThan(100);
  });

  it('3,000 malformed rewards', async () => {
    const bodies = new Mutations(FEEDBACKS, 2);
    await post('ab/api/v1.0/predictions', PREDICTIONS[0]!, { 'seldon-puid': 'known' });
    const statuses = await answersAll(3000, () => post('ab/api/v1.0/feedback', bodies.next()));
    expect(statuses.get(400)).toBeGreaterThan(500);
    expect(statuses.get(422)).toBeGreaterThan(500);
  });

  it('3,000 malformed answers of a router', async () => {
    const routes = new Mutations(ROUTES, 3);
    components.on('chooser', (response, body, incoming) =>
      answers(routes.next().toString('latin1'))(response, body, incoming),
    );
    const statuses = await answersAll(3000, () => post('routed/api/v1.0/predictions', PREDICTIONS[0]!));
    expect(statuses.get(500)).toBeGreaterThan(500);
    expect(statuses.get(200)).toBeGreaterThan(100);
  });

  it('3,000 malformed Protobuf messages', async () => {
    const client = new Client(`127.0.0.1:${stack.router.grpcPort}`, credentials.createInsecure());
    const metadata = new Metadata();
    metadata.set('seldon', 'ab');
    const damage = new Mutations(PREDICTIONS, 4);
    const good = [
      ...PREDICTIONS.map((text) => ({
        method: 'Predict',
        bytes: seldonMessageCodec.encode(JSON.parse(text)),
      })),
      ...FEEDBACKS.slice(0, 2).map((text) => ({
        method: 'SendFeedback',
        bytes: feedbackCodec.encode(JSON.parse(text)),
      })),
    ];
    const codes = new Map<string, number>();
    const send = ({ method, bytes }: (typeof good)[number]) =>
      new Promise<void>((resolve) => {
        const path = `/seldon.protos.Seldon/${method}`;
        client.makeUnaryRequest(
          path,
          identity,
          identity,
          damage.bits(bytes),
          metadata,
          (error: ServiceError | null) => {
            const code = grpcStatus[error?.code ?? grpcStatus.OK]!;
            codes.set(code, (codes.get(code) ?? 0) + 1);
            resolve();
          },
        );
      });
    for (let sent = 0; sent < 3000; sent += AT_ONCE) {
      await Promise.all(Array.from({ length: AT_ONCE }, (_, i) => send(good[(sent + i) % good.length]!)));
    }
    client.close();
    expect([...codes.keys()].filter((code) => !EXPECTED_CODES.includes(code))).toEqual([]);
    expect(codes.get('INVALID_ARGUMENT')).toBeGreaterThan(500);
    await answersAll(1, () => post('ab/api/v1.0/predictions', PREDICTIONS[0]!));
  });
});

/** What malformed messages may be answered with; INTERNAL would be a failure of the server's own. */
const EXPECTED_CODES = ['OK', 'INVALID_ARGUMENT', 'NOT_FOUND'];

function identity(bytes: Buffer): Buffer {
  return bytes;
}
