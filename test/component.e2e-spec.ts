import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunningComponent } from '../apps/component/src/start-component.js';
import { post, startHost } from './component-host.js';

let host: RunningComponent;
beforeAll(async () => {
  host = await startHost('Host');
});
afterAll(() => host.close());

const rows = { data: { ndarray: [[1]] } };

async function refusal(response: Promise<Response>): Promise<[number, string]> {
  const answer = await response;
  expect(answer.headers.get('content-type')).toBe('application/json');
  const body = (await answer.json()) as { status: { info: string } };
  expect(body).toEqual({
    status: { code: -1, info: body.status.info, reason: expect.any(String), status: 1 },
  });
  return [answer.status, body.status.info];
}

describe('a request that cannot be read', () => {
  it.each([
    ['not json', 400, 'the body is not JSON'],
    ['', 400, 'the body is empty'],
    ['[1]', 400, 'expected a JSON object, got an array'],
    ['null', 400, 'expected a JSON object, got null'],
    ['{"data":{"ndarray":7}}', 400, 'data: expected ndarray (an array)'],
    ['{"data":{"names":[1],"ndarray":[[1]]}}', 400, 'data.names: expected an array of strings'],
    ['{"data":{"tensor":{"shape":[2,2],"values":[1]}}}', 400, 'shape [2,2] needs 4 values, got 1'],
  ])('%j is refused', async (body, status, problem) => {
    const [answered, info] = await refusal(post(`${host.url}/predict`, body));
    expect([answered, info]).toEqual([status, expect.stringContaining(problem)]);
  });

  it.each([
    ['/aggregate', rows, 400, 'Aggregate not defined'],
    ['/route', rows, 400, 'Route not defined'],
    ['/send-feedback', [], 400, 'feedback must be an object'],
    ['/send-feedback', { reward: 'much' }, 400, 'reward must be a finite number, got "much"'],
    ['/nowhere', rows, 404, 'Cannot POST /nowhere'],
  ])('POST %s of %j is refused', async (path, body, status, problem) => {
    const [answered, info] = await refusal(post(host.url + path, body));
    expect([answered, info]).toEqual([status, expect.stringContaining(problem)]);
  });

  it('is refused when it is larger than allowed, and the next one is answered', async () => {
    const [status] = await refusal(post(`${host.url}/predict`, { strData: 'x'.repeat(20_000_000) }));
    expect(status).toBe(413);
    expect((await post(`${host.url}/predict`, rows)).status).toBe(200);
  });

  it('is refused with a method that Seldon does not know', async () => {
    expect(await refusal(fetch(`${host.url}/predict`, { method: 'PUT', body: '{}' }))).toEqual([
      405,
      'expected GET or POST, got PUT',
    ]);
  });

  it('is refused when the parts of a form do not fit its announcement', async () => {
    const headers = { 'content-type': 'multipart/form-data; boundary=x' };
    const answer = fetch(`${host.url}/predict`, { method: 'POST', headers, body: 'nothing of the kind' });
    expect(await refusal(answer)).toEqual([400, 'the body is no multipart/form-data']);
  });
});

describe('what the class has', () => {
  it('takes the message from the query of a GET', async () => {
    const answer = await fetch(`${host.url}/predict?json=${encodeURIComponent(JSON.stringify(rows))}`);
    expect(await answer.json()).toMatchObject({ jsonData: { rows: [[1]] } });
  });

  it('is loaded once, before the first call', async () => {
    const answer = await post(`${host.url}/predict`, rows);
    expect(await answer.json()).toMatchObject({ jsonData: { loads: 1 } });
  });

  it('gets the whole message in the raw form and its answer is left alone', async () => {
    const answer = await post(`${host.url}/transform-input`, { ...rows, own: { a: 1 } });
    expect(await answer.json()).toEqual({ ...rows, own: { a: 1 }, seen: true });
  });

  it('gets features, names, reward, truth and its own routing with feedback', async () => {
    const feedback = {
      request: { data: { names: ['a', 'b'], ndarray: [[1, 2]] } },
      response: { meta: { routing: { '1': 1 } } },
      reward: 0.5,
      truth: { data: { ndarray: [[5]] } },
    };
    const answer = await post(`${host.url}/api/v1.0/feedback`, feedback);
    expect(await answer.json()).toMatchObject({ jsonData: { given: [[[1, 2]], ['a', 'b'], 0.5, [[5]], 1] } });
  });

  it('is described by initMetadata, and by the image where that is silent', async () => {
    expect(await (await fetch(`${host.url}/metadata`)).json()).toEqual({
      name: 'host',
      versions: ['1.0'],
      platform: 'node',
      inputs: [],
      outputs: [{ messagetype: 'tensor', schema: { shape: [1] } }],
      custom: {},
    });
  });

  it('answers a ping', async () => {
    expect(await (await fetch(`${host.url}/health/ping`)).text()).toBe('pong');
  });

  it('creates metrics with the labels of its place', async () => {
    await post(`${host.url}/predict`, rows);
    const text = await host.registry.metrics();
    expect(text).toMatch(
      /^seen_total\{deployment_name="d",model_name="1",model_image="img",model_version="1\.0",.*colour="red",method="predict"\} \d+$/m,
    );
    expect(text).toMatch(/^took_bucket\{.*,method="predict",le="0\.001"\} 0$/m);
    expect(text).toMatch(/^took_sum\{.*method="predict"\} 0\.\d+/m);
  });

  it('counts rewards', async () => {
    await post(`${host.url}/send-feedback`, { reward: 0.25 });
    expect(await host.registry.metrics()).toMatch(/^seldon_api_model_feedback_reward_total\{.*\} 0\.\d+$/m);
  });
});

describe('/seldon.json', () => {
  it('describes the paths that are served', async () => {
    const answer = await fetch(`${host.url}/seldon.json`);
    expect(answer.headers.get('content-type')).toContain('application/json');
    const { paths, components } = (await answer.json()) as {
      paths: Record<string, object>;
      components: { schemas: object };
    };
    expect(Object.keys(paths)).toEqual(
      expect.arrayContaining(['/predict', '/aggregate', '/api/v1.0/feedback']),
    );
    for (const [path, item] of Object.entries(paths)) {
      const [method] = Object.keys(item);
      expect((await fetch(host.url + path, { method: method!.toUpperCase() })).status).not.toBe(404);
    }
    const references = JSON.stringify({ paths, components }).matchAll(/#\/components\/schemas\/(\w+)/g);
    const named = new Set([...references].map(([, name]) => name));
    expect(Object.keys(components.schemas)).toEqual(expect.arrayContaining([...named]));
  });
});

describe('metadata that is none', () => {
  it.each([
    ['versions: 1', 'metadata versions'],
    ['{', 'MODEL_METADATA is not YAML'],
    ['- 1', 'expected an object'],
  ])('%j is a failure of the metadata only', async (metadata, problem) => {
    const own = await startHost('Host', { metadata });
    try {
      const [status, info] = await refusal(fetch(`${own.url}/metadata`));
      expect([status, info]).toEqual([500, expect.stringContaining(problem)]);
      expect((await post(`${own.url}/predict`, rows)).status).toBe(200);
    } finally {
      await own.close();
    }
  });
});

it('does not start a router without a route', async () => {
  await expect(startHost('Host', { serviceType: 'ROUTER' })).rejects.toThrow(
    'has no method route, expected by ROUTER',
  );
});
