import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Agent, request } from 'undici';
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
});
