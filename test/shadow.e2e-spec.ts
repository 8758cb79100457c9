import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Ledger } from '#experiments';
import { GrpcCaller, serveGrpc } from '#testing';
import { AB_GRAPH, answers, Components, deploymentYaml, type Stack, startStack } from './router-stack.js';

/** One predictor that answers, and a shadow with an experiment over two models. */
const components = new Components();
let stack: Stack;

beforeAll(async () => {
  await components.start();
  stack = await startStack(watched(AB_GRAPH), components.map());
});

afterAll(async () => {
  await stack?.close();
  components.close();
});

afterEach(() => {
  components.reset();
  components.calls.length = 0;
});

const GOOD = '{ name: good, type: MODEL, children: [] }';

/** With a shadow of that graph. */
function watched(graph: string): string {
  const yaml = deploymentYaml('watched', GOOD, { timeoutMs: 5000 });
  const [, predictor] = yaml.split('  predictors:\n');
  const shadow = predictor!.replace('name: main', 'name: trial\n      shadow: true').replace(GOOD, graph);
  return yaml + shadow;
}

const BODY = '{"data":{"ndarray":[[1.0]]}}';

function post(service: string, body: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${stack.router.url}/api/v1.0/${service}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
}

async function metrics(): Promise<string> {
  return (await fetch(`${stack.router.url}/metrics`)).text();
}

async function copies(outcome: string): Promise<number> {
  const labels = `deployment_name="watched",predictor_name="trial",outcome="${outcome}"`;
  const [, count] =
    new RegExp(`switchyard_shadow_predictions_total\\{${labels}\\} (\\d+)`).exec(await metrics()) ?? [];
  return Number(count ?? 0);
}

async function reaches(outcome: string, count: number): Promise<void> {
  while ((await copies(outcome)) < count) await new Promise((resolve) => setTimeout(resolve, 20));
}

const fails = (name: string) => components.on(name, answers('no', 500, 'text/plain'));
/** Never answers. */
const hangs = (name: string) => components.on(name, () => {});

describe('a shadow predictor', () => {
  it('gets the bytes and the id of every prediction, and answers nobody', async () => {
    components.on('good', answers('{"strData":"live"}'));
    const before = await copies('answered');
    const answer = await post('predictions', BODY, { 'seldon-puid': 'p-1' });
    expect(await answer.text()).toBe('{"strData":"live"}');
    await reaches('answered', before + 1);
    expect(components.calls).toEqual([
      { path: '/good/predict', body: BODY, puid: 'p-1' },
      { path: expect.stringMatching(/^\/model-[ab]\/predict$/), body: BODY, puid: 'p-1' },
    ]);
  });

  it('gets those that failed too', async () => {
    fails('good');
    const before = await copies('answered');
    expect((await post('predictions', BODY)).status).toBe(500);
    await reaches('answered', before + 1);
  });

  it('leaves no decision behind, and takes no reward', async () => {
    const before = await copies('answered');
    const answer = await post('predictions', BODY);
    expect(answer.headers.get('switchyard-decision')).toBeNull();
    await reaches('answered', before + 1);
    expect(await metrics()).not.toContain('switchyard_decisions_total{');
    expect(await stack.storage.get(Ledger).verify()).toMatchObject({ equal: true, decisions: 0 });
    const feedback = '{"reward":1,"response":{"meta":{"routing":{"good":-1}}}}';
    expect((await post('feedback', feedback)).status).toBe(200);
    expect(components.calls.filter(({ path }) => path.endsWith('/send-feedback'))).toMatchObject([
      { path: '/good/send-feedback' },
    ]);
  });

  it('may fail or hang, which is counted and felt by nobody', async () => {
    for (const name of ['model-a', 'model-b']) fails(name);
    const failed = await copies('failed');
    expect((await post('predictions', BODY)).status).toBe(200);
    await reaches('failed', failed + 1);
    for (const name of ['model-a', 'model-b']) hangs(name);
    while ((await copies('dropped')) === 0) {
      const posts = Array.from({ length: 50 }, async () => (await post('predictions', BODY)).status);
      expect(new Set(await Promise.all(posts))).toEqual(new Set([200]));
    }
    expect((await fetch(`${stack.router.url}/ready`)).status).toBe(200);
  });
});

describe('the copy that a shadow gets', () => {
  const OTHER = '{ name: other, type: MODEL, children: [] }';

  it('asks for the model that the client named', async () => {
    const yaml = watched(OTHER).replace('spec:\n', 'spec:\n  protocol: v2\n');
    const asking = await startStack(yaml, components.map());
    const body = '{"inputs":[{"name":"x","datatype":"FP32","shape":[1],"data":[1]}]}';
    const headers = { 'content-type': 'application/json' };
    await fetch(`${asking.router.url}/v2/models/iris/versions/2/infer`, { method: 'POST', headers, body });
    const asked = () => components.calls.map(({ path }) => path).filter((path) => path.includes('/v2/'));
    while (asked().length < 2) await new Promise((resolve) => setTimeout(resolve, 10));
    await asking.close();
    const path = 'v2/models/iris/versions/2/infer';
    expect(asked().sort()).toEqual([`/good/${path}`, `/other/${path}`]);
  });

  it('ends when the client stops waiting', async () => {
    let deadline: number | undefined;
    const peer = await serveGrpc({
      Model: {
        Predict: (message, _metadata, call) => {
          deadline = Number(call.getDeadline());
          return message;
        },
      },
    });
    const waiting = await startStack(watched(OTHER), components.map({ other: peer.url }), { grpcPort: 0 });
    const caller = new GrpcCaller(`127.0.0.1:${waiting.router.grpcPort}`);
    const started = Date.now();
    await caller.call('Seldon/Predict', { strData: 'x' }, { deadlineMs: 10_000 });
    while (deadline === undefined) await new Promise((resolve) => setTimeout(resolve, 10));
    // Without the client's it would be 30 seconds from then.
    expect(deadline - started).toBeLessThan(25_000);
    caller.close();
    await waiting.close();
    peer.kill();
  });
});
