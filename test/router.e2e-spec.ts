import { request as httpRequest, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type Decision,
  ExperimentStore,
  Ledger,
  ReceiptSigner,
  RewardLedger,
  SnapshotPublisher,
} from '#experiments';
import {
  AB_GRAPH,
  answers,
  Components,
  deploymentYaml,
  INJECT,
  type Stack,
  startStack,
} from './router-stack.js';

const components = new Components();
let stack: Stack;

beforeAll(async () => {
  await components.start();
  stack = await startStack(deploymentYaml('ab', AB_GRAPH, { env: INJECT, timeoutMs: 500 }), components.map());
});

afterAll(async () => {
  await stack?.close();
  components.close();
});

afterEach(() => components.reset());

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: the tests say what they expect in it
  readonly json: any;
}

async function send(
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
  method = 'POST',
): Promise<Answer> {
  const response = await fetch(`${stack.router.url}${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(method === 'POST' ? { body: typeof body === 'string' ? body : JSON.stringify(body) } : {}),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') && text !== '';
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: isJson ? JSON.parse(text) : undefined,
  };
}

const PREFIX = '/seldon/default/ab';
const BODY = '{"data":{"ndarray":[[1, 12345678901234567890, 1.0]]}}';
const predict = (body: unknown = BODY, headers = {}) => send(`${PREFIX}/api/v1.0/predictions`, body, headers);
const feedback = (body: unknown, headers = {}) => send(`${PREFIX}/api/v1.0/feedback`, body, headers);

/** A prediction's id, arm and receipt. */
async function decided(headers = {}) {
  const answer = await predict(BODY, headers);
  expect(answer.status).toBe(200);
  return {
    id: answer.headers.get('switchyard-decision')!,
    arm: answer.headers.get('switchyard-route')!.replace('router=', ''),
    receipt: answer.headers.get('switchyard-receipt')!,
    json: answer.json,
  };
}

function expectFailure(answer: Answer, status: number, info: RegExp) {
  expect({ status: answer.status, text: answer.text }).toEqual({ status, text: expect.anything() });
  expect(answer.headers.get('content-type')).toBe('application/json');
  expect(answer.headers.get('seldon-puid')).toMatch(/./);
  expect(answer.json.status).toMatchObject({ code: status, status: 'FAILURE', reason: expect.any(String) });
  expect(answer.json.status.info).toMatch(info);
}

async function until<T>(look: () => Promise<T | undefined | false>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const rewards = async () => (await stack.storage.get(Ledger).verify()).rewards;

describe('a prediction', () => {
  it('answers with the bytes of the root, the route in meta and the decision in headers', async () => {
    const answer = await predict(BODY, { 'seldon-puid': 'my-id' });
    expect(answer.status).toBe(200);
    const arm = answer.headers.get('switchyard-route');
    expect(arm).toMatch(/^router=model-[ab]$/);
    expect(answer.headers.get('seldon-puid')).toBe('my-id');
    expect(answer.headers.get('switchyard-decision')).toBe('my-id');
    const index = arm === 'router=model-a' ? 0 : 1;
    expect(answer.text).toContain('[[1, 12345678901234567890, 1.0]]');
    expect(answer.json.meta).toEqual({ routing: { router: index, [arm!.slice(7)]: -1 }, puid: 'my-id' });
    const [decision] = new ReceiptSigner(Buffer.alloc(32, 7)).open(answer.headers.get('switchyard-receipt')!);
    expect(decision).toMatchObject({
      id: 'my-id',
      arm: arm!.slice(7),
      propensity: 0.5,
      probabilities: [0.5, 0.5],
    });
  });

  it('goes by the bare path too, and by v0.1', async () => {
    expect((await send('/api/v1.0/predictions', BODY)).status).toBe(200);
    expect((await send('/api/v0.1/predictions?x=1', BODY)).status).toBe(200);
    expect((await send(`${PREFIX}/api/v0.1/predictions`, BODY)).status).toBe(200);
  });

  it('gets an id when it has none, and the component gets it too', async () => {
    const answer = await predict();
    const puid = answer.headers.get('seldon-puid');
    expect(puid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    expect(components.calls.at(-1)!.puid).toBe(puid);
  });

  it('gets the same arm for the same id, and both arms are chosen', async () => {
    const arms = new Set<string>();
    for (let i = 0; i < 20; i++) {
      const first = await decided({ 'seldon-puid': `unit-${i}` });
      expect((await decided({ 'seldon-puid': `unit-${i}` })).arm).toBe(first.arm);
      arms.add(first.arm);
    }
    expect([...arms].sort()).toEqual(['model-a', 'model-b']);
  });

  it.each(['a b', 'a,b', 'x'.repeat(129), 'caf\u00e9'])('with the id %j is refused', async (puid) => {
    const answer = await predict(BODY, { 'seldon-puid': puid });
    expectFailure(answer, 400, /Seldon-Puid must be 1 to 128 printable ASCII/);
  });

  it('is refused on an unknown path, deployment or method', async () => {
    expectFailure(
      await send('/seldon/default/nobody/api/v1.0/predictions', BODY),
      404,
      /default\/ab.*nobody/,
    );
    expectFailure(await send('/api/v9/predictions', BODY), 404, /v9/);
    const answer = await send(`${PREFIX}/api/v1.0/predictions`, null, {}, 'GET');
    expectFailure(answer, 405, /POST, got GET/);
    expect(answer.headers.get('allow')).toBe('OPTIONS, POST');
    const options = await send(`${PREFIX}/api/v1.0/predictions`, null, {}, 'OPTIONS');
    expect(options.status).toBe(200);
    expect(options.headers.get('access-control-allow-methods')).toBe('OPTIONS,POST');
  });

  it('is refused when it is empty or too large', async () => {
    expectFailure(await predict(''), 400, /empty/);
    expectFailure(await predict('x'.repeat(20_000_000)), 413, /10485760 bytes, got 20000000/);
  });

  it('that grows too large leaves its connection usable', async () => {
    const text = await new Promise<string>((resolve, reject) => {
      const socket = connect(stack.router.port, '127.0.0.1');
      let received = '';
      socket.on('error', reject).on('data', (data) => {
        received += data;
        if (received.includes('HTTP/1.1 200')) resolve(received);
        else if (received.includes('BODY_TOO_LARGE') && !received.includes('again')) {
          received += 'again';
          socket.write('0\r\n\r\nGET /live HTTP/1.1\r\nhost: x\r\n\r\n');
        }
      });
      socket.write(
        `POST ${PREFIX}/api/v1.0/predictions HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n`,
      );
      const chunk = 'x'.repeat(1024 * 1024);
      for (let i = 0; i < 12; i++) socket.write(`100000\r\n${chunk}\r\n`);
    });
    expect(text).toMatch(/^HTTP\/1\.1 413/);
  });

  it.each([
    [
      'answers 500',
      answers('{"status":{"info":"out of fish","reason":"OUT_OF_FISH"}}', 500),
      /model-[ab].*out of fish/,
    ],
    ['answers 500 with text', answers('boom', 500, 'text/plain'), /model-[ab].*boom/],
    ['hangs', () => {}, /model-[ab]/],
    ['breaks off', (response: { destroy(): void }) => response.destroy(), /model-[ab]/],
  ])('whose component %s fails and names the node', async (_, behaviour, info) => {
    components.on('model-a', behaviour as never);
    components.on('model-b', behaviour as never);
    expectFailure(await predict(), 500, info);
  });

  it('may be anything that the components take', async () => {
    const answer = await predict('not json', { 'content-type': 'text/plain' });
    expect(answer).toMatchObject({ status: 200, text: 'not json' });
  });

  it('is given up without harm when its client goes away', async () => {
    const request = httpRequest(`${stack.router.url}${PREFIX}/api/v1.0/predictions`, {
      method: 'POST',
      headers: { 'content-length': 100 },
    });
    request.on('error', () => {});
    request.write('half', () => request.destroy());
    await new Promise((resolve) => request.on('close', resolve));
    expect((await predict()).status).toBe(200);
  });
});

describe('a reward', () => {
  it('is recorded once, by decision', async () => {
    const { id } = await decided();
    const before = await rewards();
    const first = await feedback({ decision: id, value: 1 });
    expect(first).toMatchObject({
      status: 200,
      json: { decision: id, status: 'recorded', experiments: ['default.ab.main.router'] },
    });
    expect((await feedback({ decision: id, value: 1 })).json.status).toBe('repeated');
    expect((await feedback({ decision: id, value: 0 })).json.status).toBe('recorded');
    expect((await feedback({ decision: id, value: 1, key: 'other' })).json.status).toBe('recorded');
    expect(await rewards()).toBe(before + 3);
  });

  it('is recorded by receipt, wherever the decision was made', async () => {
    const { id, receipt } = await decided();
    expect((await feedback({ receipt, value: 0.5 })).json).toMatchObject({
      decision: id,
      status: 'recorded',
    });
    const elsewhere: Decision = {
      ...new ReceiptSigner(Buffer.alloc(32, 7)).open(receipt)[0]!,
      id: 'made-elsewhere',
    };
    const token = new ReceiptSigner(Buffer.alloc(32, 7)).sign([elsewhere]);
    expect((await feedback({ receipt: token, value: 0.5 })).json.decision).toBe('made-elsewhere');
  });

  it('waits for a decision that is on its way to the ledger', async () => {
    const { receipt } = await decided();
    const decision = { ...new ReceiptSigner(Buffer.alloc(32, 7)).open(receipt)[0]!, id: 'late-decision' };
    const answer = feedback({ decision: 'late-decision', value: 1 });
    await until(() =>
      stack.storage
        .get(Ledger)
        .fold(decision.experimentId, [decision])
        .then((result) => result !== null),
    );
    expect((await answer).json).toMatchObject({ decision: 'late-decision', status: 'recorded' });
    expect(await stack.storage.get(RewardLedger).decisions('late-decision')).toHaveLength(1);
  });

  it.each([
    ['null', '{"decision":"$","value":null}', 422, /value must be a finite number between 0 and 1, got null/],
    ['text', '{"decision":"$","value":"1e999"}', 422, /value .* got "1e999"/],
    ['Infinity', '{"decision":"$","value":1e999}', 422, /value .* got Infinity/],
    ['NaN', '{"decision":"$","value":NaN}', 400, /not JSON/],
    ['out of range', '{"decision":"$","value":1.01}', 422, /between 0 and 1, got 1.01/],
    ['an array', '{"decision":"$","value":[1]}', 422, /value .* an array/],
    ['nothing', '{"decision":"$"}', 422, /value .* got nothing/],
    [
      'of another metric',
      '{"decision":"$","value":1,"metric":"clicks"}',
      422,
      /metric must be reward, got "clicks"/,
    ],
    [
      'with an unknown field',
      '{"decision":"$","value":1,"weight":2}',
      422,
      /one of decision, .* got "weight"/,
    ],
    ['without a decision', '{"value":1}', 422, /decision must be/],
    ['with an empty key', '{"decision":"$","value":1,"key":""}', 422, /key must be/],
    ['with a broken receipt', '{"receipt":"abc.def","value":1}', 422, /receipt is not valid/],
    ['with nothing', '{}', 422, /decision or receipt/],
    ['text only', '"hello"', 422, /got "hello"/],
    ['empty', '', 400, /empty/],
  ])('that is %s is refused', async (_, body, status, info) => {
    const { id } = await decided();
    const before = await rewards();
    expectFailure(await feedback(body.replace('$', id)), status, info);
    expect(await rewards()).toBe(before);
  });

  it('for an unknown decision is refused', async () => {
    expectFailure(await feedback({ decision: 'nobody', value: 1 }), 404, /recorded decision .* "nobody"/);
  });

  it('comes in batches, each for itself', async () => {
    const [one, two] = [await decided(), await decided()];
    const good = await feedback([
      { decision: one.id, value: 1 },
      { decision: two.id, value: 0 },
    ]);
    expect(good.status).toBe(200);
    const mixed = await feedback([{ decision: one.id, value: 1 }, { decision: two.id, value: 7 }, 5]);
    expect(mixed.status).toBe(207);
    expect(mixed.json.results).toMatchObject([
      { decision: one.id, status: 'repeated' },
      {
        decision: two.id,
        status: 'refused',
        code: 422,
        reason: 'INVALID_REWARD',
        info: expect.stringMatching(/got 7/),
      },
      { decision: null, status: 'refused', code: 422 },
    ]);
    expectFailure(await feedback([]), 422, /1 to 1000 rewards/);
    expectFailure(
      await feedback(Array(1001).fill({ decision: one.id, value: 1 })),
      422,
      /1 to 1000 rewards, got 1001/,
    );
    expectFailure(await feedback(`[${' '.repeat(1024 * 1024)}]`), 413, /1048576/);
  });
});

describe("feedback in Seldon's form", () => {
  it('is recorded, delivered to the arm that answered, and echoed', async () => {
    const { arm, json } = await decided();
    const body = { request: JSON.parse(BODY), response: json, reward: 1, truth: { data: { ndarray: [1] } } };
    const answer = await feedback(body);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('switchyard-reward')).toBe('recorded');
    expect(answer.json).toEqual(JSON.parse(JSON.stringify(body)));
    expect(components.calls.at(-1)).toMatchObject({
      path: `/${arm}/send-feedback`,
      body: JSON.stringify(body),
    });
    expect((await feedback(body)).headers.get('switchyard-reward')).toBe('repeated');
  });

  it('is joined by Seldon-Puid or by the receipt', async () => {
    const { id, receipt } = await decided();
    const byId = await feedback({ reward: 1 }, { 'seldon-puid': id });
    expect(byId.headers.get('switchyard-reward')).toBe('recorded');
    const byReceipt = await feedback({ reward: 1 }, { 'switchyard-receipt': receipt });
    expect(byReceipt.headers.get('switchyard-reward')).toBe('repeated');
  });

  it('without reward and truth is a reward of 0, which protobuf clients leave out', async () => {
    const { id, json } = await decided();
    const answer = await feedback({ response: json });
    expect(answer.headers.get('switchyard-reward')).toBe('recorded');
    expect((await feedback({ decision: id, value: 0 })).json.status).toBe('repeated');
  });

  it('without a reward is delivered and records nothing', async () => {
    const { id, arm } = await decided();
    const answer = await feedback({ truth: { data: { ndarray: [1] } } }, { 'seldon-puid': id });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('switchyard-reward')).toBeNull();
    expect(components.calls.at(-1)!.path).toBe(`/${arm}/send-feedback`);
  });

  it('that names no prediction, or contradicts itself, rewards nobody', async () => {
    const { id, arm } = await decided();
    const before = await rewards();
    const other = arm === 'model-a' ? 1 : 0;
    expectFailure(await feedback({ reward: 1 }), 422, /Seldon-Puid or Switchyard-Receipt/);
    const wrongRoute = { response: { meta: { puid: id, routing: { router: other } } }, reward: 1 };
    expectFailure(await feedback(wrongRoute), 422, /response\.meta\.routing\.router must be/);
    expectFailure(
      await feedback(wrongRoute, { 'seldon-puid': 'another' }),
      422,
      /response\.meta\.puid must be another/,
    );
    const { receipt } = await decided();
    expectFailure(
      await feedback({ reward: 1 }, { 'seldon-puid': id, 'switchyard-receipt': receipt }),
      422,
      /receipt must be of decision/,
    );
    expectFailure(await feedback({ reward: 2 }, { 'seldon-puid': id }), 422, /got 2/);
    expectFailure(await feedback({ reward: null }, { 'seldon-puid': id }), 422, /reward/);
    expect(await rewards()).toBe(before);
  });

  it('that a component refuses is recorded all the same', async () => {
    const { id } = await decided();
    for (const name of ['model-a', 'model-b']) components.on(name, answers('no', 500, 'text/plain'));
    expectFailure(await feedback({ reward: 1 }, { 'seldon-puid': id }), 500, /model-[ab].*no/);
    expect((await feedback({ decision: id, value: 1 })).json.status).toBe('repeated');
  });
});

describe('health and metrics', () => {
  it('answers ready and live, and 404 in the same form as everywhere', async () => {
    expect((await send('/ready', null, {}, 'GET')).status).toBe(200);
    expect((await send('/live', null, {}, 'GET')).status).toBe(200);
    const answer = await send('/nowhere', null, {}, 'GET');
    expect(answer.status).toBe(404);
    expect(answer.json.status).toMatchObject({ code: 404, status: 'FAILURE' });
  });

  it('counts', async () => {
    await decided();
    for (const path of ['/metrics', '/prometheus']) {
      const { text } = await send(path, null, {}, 'GET');
      expect(text).toMatch(
        /seldon_api_executor_server_requests_seconds_bucket\{deployment_name="ab",predictor_name="main",predictor_version="",service="predictions",method="post",code="200",le="0.005"\} \d+/,
      );
      expect(text).toMatch(/seldon_api_executor_server_requests_seconds_count\{[^}]*code="200"\} [1-9]/);
      expect(text).toMatch(
        /switchyard_decisions_total\{experiment="default.ab.main.router",arm="model-a"\} [1-9]/,
      );
      expect(text).toMatch(
        /switchyard_arm_probability\{experiment="default.ab.main.router",arm="model-b"\} 0.5/,
      );
      expect(text).toMatch(
        /switchyard_evidence_pulls\{experiment="default.ab.main.router",arm="model-a"\} \d/,
      );
      expect(text).toMatch(/switchyard_revision\{experiment="default.ab.main.router"\} 1/);
      expect(text).toMatch(/switchyard_decisions_dropped_total 0/);
    }
  });

  it('counts the predictions in flight, whose components have not answered', async () => {
    const inFlight = async () =>
      /^switchyard_requests_in_flight (\d+)$/m.exec((await send('/metrics', null, {}, 'GET')).text)?.[1];
    const held: ServerResponse[] = [];
    for (const name of ['model-a', 'model-b']) components.on(name, (response) => void held.push(response));
    expect(await inFlight()).toBe('0');
    const sent = [predict(), predict(), predict()];
    await until(async () => held.length === sent.length);
    expect(await inFlight()).toBe('3');
    for (const response of held) response.writeHead(200, { 'content-type': 'application/json' }).end(BODY);
    await Promise.all(sent);
    expect(await inFlight()).toBe('0');
  });
});

describe('a change over the API', () => {
  it('is followed by the next predictions', async () => {
    const changed = await startStack(deploymentYaml('changing', AB_GRAPH), components.map());
    try {
      const { id } = changed.experiments[0]!;
      await changed.storage.get(ExperimentStore).revise(id, 1, { weights: [0, 1] }, 'test');
      await changed.storage.get(SnapshotPublisher).publish(id);
      const arm = () =>
        fetch(`${changed.router.url}/api/v1.0/predictions`, { method: 'POST', body: BODY }).then((answer) =>
          answer.headers.get('switchyard-route'),
        );
      await until(async () =>
        (await fetch(`${changed.router.url}/metrics`).then((answer) => answer.text())).includes(
          'switchyard_revision{experiment="default.changing.main.router"} 2',
        ),
      );
      expect(await Promise.all(Array.from({ length: 20 }, arm))).toEqual(Array(20).fill('router=model-b'));
    } finally {
      await changed.close();
    }
  });
});

describe('with Redis away', () => {
  it('predictions and rewards go on, and the decisions arrive when it is back', async () => {
    stack.redis.shut();
    const { id } = await decided();
    expect((await feedback({ decision: id, value: 1 })).status).toBe(200);
    stack.redis.open();
    const { DecisionIntake } = await import('#storage');
    const intake = stack.storage.get(DecisionIntake);
    await until(async () => {
      const { entries, decisions } = await intake.read(stack.experiments[0]!.id, 1000);
      await intake.done(stack.experiments[0]!.id, entries);
      return decisions.some((decision) => decision.id === id);
    });
  });
});

describe('with Postgres away', () => {
  it('predictions go on and rewards are to be sent again', async () => {
    const { id } = await decided();
    stack.postgres.shut();
    expect((await predict()).status).toBe(200);
    const refused = await feedback({ decision: id, value: 1 });
    expectFailure(refused, 503, /ledger/);
    expect(refused.headers.get('retry-after')).toBe('1');
    const unknown = await feedback({ decision: 'who', value: 1 });
    expectFailure(unknown, 503, /ledger/);
    expect((await feedback([{ decision: id, value: 1 }])).status).toBe(503);
    stack.postgres.open();
    const recorded = await until(async () => {
      const answer = await feedback({ decision: id, value: 1 });
      return answer.status === 200 && answer;
    });
    expect(recorded.json.decision).toBe(id);
  });
});

describe('a router', () => {
  const TWO = `${deploymentYaml('one', '{ name: good, type: MODEL, children: [] }')}---\n${deploymentYaml('two', '{ name: chooser, type: ROUTER, children: [{ name: good, type: MODEL, children: [] }, { name: other, type: MODEL, children: [] }] }')}`;

  it('with several deployments has no bare path, and names a bad route', async () => {
    const two = await startStack(TWO, components.map(), { maxBodyBytes: 1000 });
    const post = async (path: string, body: string) => {
      const response = await fetch(`${two.router.url}${path}`, { method: 'POST', body });
      const text = await response.text();
      return { status: response.status, route: response.headers.get('switchyard-route'), text };
    };
    try {
      const bare = await post('/api/v1.0/predictions', '{}');
      expect(bare.status).toBe(404);
      expect(bare.text).toContain(
        '/seldon/default/one/api/v1.0/predictions, /seldon/default/two/api/v1.0/predictions',
      );
      for (const [route, shown] of [
        ['7', /7/],
        ['"1"', /1/],
        ['-3', /-3/],
      ] as const) {
        components.on('chooser', answers(`{"data":{"ndarray":[${route}]}}`));
        const answer = await post('/seldon/default/two/api/v1.0/predictions', '{}');
        expect(answer.status).toBe(500);
        expect(answer.text).toMatch(/chooser/);
        expect(answer.text).toMatch(shown);
      }
      components.on('chooser', answers('{}'));
      expect(await post('/seldon/default/two/api/v1.0/predictions', '{}')).toMatchObject({
        status: 500,
        text: expect.stringMatching(/chooser/),
      });
      components.on('chooser', answers('{"data":{"ndarray":[1]}}'));
      expect(await post('/seldon/default/two/api/v1.0/predictions', '{}')).toMatchObject({
        status: 200,
        route: 'chooser=other',
        text: '{}',
      });
      expect((await post('/seldon/default/one/api/v1.0/predictions', 'x'.repeat(1001))).status).toBe(413);
      const truth = '{"response":{"meta":{"routing":{"chooser":7}}},"reward":1}';
      expect(await post('/seldon/default/two/api/v1.0/feedback', truth)).toMatchObject({
        status: 422,
        text: expect.stringMatching(/routing.chooser/),
      });
      expect(await post('/seldon/default/two/api/v1.0/feedback', '{"reward":1}')).toMatchObject({
        status: 422,
        text: expect.stringMatching(/routing.chooser/),
      });
    } finally {
      await two.close();
    }
  });

  it('finishes what is on its way when it closes', async () => {
    const closing = await startStack(
      deploymentYaml('closing', '{ name: slow, type: MODEL, children: [] }'),
      components.map(),
    );
    let release = () => {};
    const called = new Promise<void>((resolve) => {
      components.on('slow', (response, body) => {
        release = () => response.end(body);
        resolve();
      });
    });
    const answer = fetch(`${closing.router.url}/api/v1.0/predictions`, { method: 'POST', body: '{}' });
    await called;
    const closed = closing.close();
    release();
    const response = await answer;
    expect(response.status).toBe(200);
    expect(response.headers.get('connection')).toBe('close');
    await closed;
    await expect(fetch(`${closing.router.url}/live`)).rejects.toThrow();
  });

  it('is not ready before its experiments are published', async () => {
    const yaml = deploymentYaml('unpublished', AB_GRAPH);
    const bare = await startStack(deploymentYaml('other', AB_GRAPH), components.map());
    const { parseDeployments } = await import('#graph');
    const { startRouter } = await import('#router');
    const { testRedisUrl, testDatabase } = await import('#testing');
    const router = await startRouter({
      host: '127.0.0.1',
      port: 0,
      databaseUrl: await testDatabase(),
      redisUrl: testRedisUrl(),
      receiptKey: Buffer.alloc(32),
      deployments: [
        {
          deployment: parseDeployments(yaml)[0]!,
          folder: '/',
          components: components.map(),
        },
      ],
    });
    try {
      const ready = await fetch(`${router.url}/ready`);
      expect(ready.status).toBe(503);
      expect(await ready.text()).toMatch(/default.unpublished.main.router/);
      const answer = await fetch(`${router.url}/api/v1.0/predictions`, { method: 'POST', body: '{}' });
      expect(answer.status).toBe(503);
    } finally {
      await router.close();
      await bare.close();
    }
  });
});
