import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { answers, Components, deploymentYaml, INJECT, type Stack, startStack } from './router-stack.js';

/** Reference seldon-v1.md, sections 1.1, 1.5, 1.11 and 1.12: what the recorded cases leave open. */

const MODEL = (name: string) => `{ name: ${name}, type: MODEL, children: [] }`;
const SEED = `{ name: other, type: TRANSFORMER, children: [
  { name: chooser, type: ROUTER, children: [${MODEL('model-a')}, ${MODEL('model-b')}] }] }`;
const EXPERIMENT = `{ name: router, implementation: RANDOM, children: [${MODEL('model-a')}, ${MODEL('model-b')}] }`;
/** YAML's flow style takes lines of one indentation only. */
const oneLine = (graph: string) => graph.replace(/\s+/g, ' ');
const BODY = '{"data":{"ndarray":[[1]]},"meta":{}}';

const components = new Components();
let stack: Stack;

beforeAll(async () => {
  await components.start();
  const cors = "{ name: CORS_ALLOWED_HEADERS, value: 'X-Own' }";
  const yaml = [
    deploymentYaml('seed', oneLine(SEED), { env: INJECT }),
    deploymentYaml('choosing', EXPERIMENT, { env: cors }),
    deploymentYaml('twice', MODEL('good')),
    deploymentYaml('twice', MODEL('good')).replace('namespace: default', 'namespace: elsewhere'),
  ].join('---\n');
  stack = await startStack(yaml, components.map(), {
    engine: { CORS_ALLOWED_ORIGINS: 'https://shop.example', CORS_ALLOWED_HEADERS: 'X-All' },
  });
});

afterAll(async () => {
  await stack?.close();
  components.close();
});

async function send(path: string, init: RequestInit = {}) {
  const response = await fetch(`${stack.router.url}${path}`, init);
  const text = await response.text();
  return { status: response.status, headers: response.headers, text };
}

const post = (path: string, headers: Record<string, string> = {}) =>
  send(path, { method: 'POST', body: BODY, headers: { 'content-type': 'application/json', ...headers } });

describe('the path of a deployment', () => {
  it('may leave out its namespace while that is unambiguous', async () => {
    expect((await post('/seldon/choosing/api/v1.0/predictions')).status).toBe(200);
    expect((await post('/seldon/choosing/api/v0.1/predictions')).status).toBe(200);
    expect((await post('/seldon/twice/api/v1.0/predictions')).status).toBe(404);
    expect((await post('/seldon/elsewhere/twice/api/v1.0/predictions')).status).toBe(200);
  });
});

describe('cross-origin headers', () => {
  it("are the environment's, unless the predictor has its own", async () => {
    for (const [path, headers] of [
      ['/seldon/default/seed/api/v1.0/predictions', 'X-All'],
      ['/seldon/default/choosing/api/v1.0/predictions', 'X-Own'],
    ]) {
      const answer = await send(path!, { method: 'OPTIONS' });
      expect(answer).toMatchObject({ status: 200, text: '' });
      expect(answer.headers.get('access-control-allow-origin')).toBe('https://shop.example');
      expect(answer.headers.get('access-control-allow-headers')).toBe(headers);
      expect(answer.headers.get('access-control-allow-methods')).toBe('OPTIONS,POST');
    }
  });

  it('allow GET where something is asked for', async () => {
    const answer = await send('/seldon/seed/api/v1.0/metadata', { method: 'OPTIONS' });
    expect(answer.headers.get('access-control-allow-methods')).toBe('GET,OPTIONS');
    const refused = await post('/seldon/seed/api/v1.0/status/other');
    expect(refused.status).toBe(405);
    expect(refused.headers.get('allow')).toBe('OPTIONS, GET');
    expect(refused.text).toContain('method must be GET, got POST');
  });
});

describe('CloudEvents headers', () => {
  const path = '/seldon/default/seed/api/v1.0/predictions';

  it('answer those of the request', async () => {
    const { headers } = await post(`${path}?x=1`, { 'ce-specversion': '1.0', 'seldon-puid': 'id-1' });
    expect(Object.fromEntries(headers)).toMatchObject({
      'ce-id': 'id-1',
      'ce-specversion': '0.3',
      'ce-path': path,
      'ce-type': 'seldon.seed.default.response',
      'ce-source': 'seldon.seed',
    });
  });

  it('are absent otherwise', async () => {
    const { headers } = await post(path);
    expect([...headers.keys()].filter((name) => name.startsWith('ce-'))).toEqual([]);
  });
});

describe('the status of a node', () => {
  it("is its component's own, with the client's headers passed on", async () => {
    components.on('model-a', (response, _body, request) => {
      response.end(`${request.method} ${request.url} ${request.headers['x-trace']}`);
    });
    const answer = await send('/seldon/default/seed/api/v1.0/status/model-a', {
      headers: { 'x-trace': 't' },
    });
    components.reset();
    expect(answer).toMatchObject({ status: 200, text: 'GET /model-a/health/status t' });
    expect(answer.headers.get('seldon-puid')).toMatch(/./);
  });

  it('passes on what the component fails with', async () => {
    components.on('model-a', answers('{"status":{"reason":"COLD"}}', 503));
    const answer = await send('/seldon/default/seed/api/v0.1/status/model-a');
    components.reset();
    expect(answer.status).toBe(503);
    expect(JSON.parse(answer.text).status).toMatchObject({ code: 503, reason: 'COLD', status: 'FAILURE' });
  });

  it('is readiness where nothing has words of its own', async () => {
    const answer = await send('/seldon/default/choosing/api/v1.0/status/router');
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.text)).toEqual({ status: { code: 200, info: 'ready', status: 'SUCCESS' } });
  });
});

describe('metadata', () => {
  const model = {
    name: 'A',
    versions: ['1'],
    platform: '',
    inputs: [{ name: 'x' }],
    outputs: [{ name: 'y' }],
  };

  it("of a node is its component's own", async () => {
    components.on('model-a', answers('{"name":"A" }'));
    const answer = await send('/seldon/default/seed/api/v1.0/metadata/model-a');
    components.reset();
    expect(answer).toMatchObject({ status: 200, text: '{"name":"A" }' });
    expect(components.calls.at(-1)).toMatchObject({ path: '/model-a/metadata', body: '' });
  });

  it('of an experiment is not there, but its graph has some', async () => {
    const refused = await send('/seldon/default/choosing/api/v1.0/metadata/router');
    expect(refused.status).toBe(404);
    expect(refused.text).toContain('node router has no metadata of its own');
    for (const name of ['model-a', 'model-b']) components.on(name, answers(JSON.stringify(model)));
    const answer = await send('/seldon/default/choosing/api/v1.0/metadata');
    components.reset();
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.text)).toMatchObject({
      name: 'main',
      models: {
        'model-b': { name: 'A', versions: ['1'], inputs: [{ name: 'x' }], outputs: [{ name: 'y' }] },
        router: { name: 'router', versions: [], inputs: [], outputs: [] },
      },
      graphinputs: [{ name: 'x' }],
      graphoutputs: [{ name: 'y' }],
    });
  });

  it('that is no object is the fault of its component', async () => {
    components.on('model-a', answers('[1]'));
    const answer = await send('/seldon/default/choosing/api/v1.0/metadata');
    components.reset();
    expect(answer.status).toBe(500);
    expect(JSON.parse(answer.text).status).toMatchObject({ reason: 'MICROSERVICE_BAD_DATA' });
    expect(answer.text).toContain('model-a');
  });
});

describe('the documentation of a deployment', () => {
  const base = '/seldon/default/seed/api/v1.0/doc/';

  it('is a page whose files are beside it', async () => {
    const page = await send(base);
    expect(page.headers.get('content-type')).toContain('text/html');
    const files = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file]) => file!);
    expect(files.length).toBeGreaterThan(3);
    for (const file of files) expect(await send(base + file)).toMatchObject({ status: 200 });
  });

  it('names the paths and the nodes that it has', async () => {
    const { text } = await send(`${base}seldon.json`);
    const document = JSON.parse(text);
    expect(document.servers).toEqual([{ url: '/seldon/default/seed' }]);
    const [node] = document.paths['/api/v1.0/status/{node}'].parameters;
    expect(node.schema.enum).toEqual(['other', 'chooser', 'model-a', 'model-b']);
    for (const path of Object.keys(document.paths)) {
      const method = document.paths[path].post ? 'POST' : 'GET';
      const at = document.servers[0].url + path.replace('{node}', 'model-a');
      const { status } = await send(at, { method, ...(method === 'POST' && { body: BODY }) });
      expect([path, status]).not.toEqual([path, 404]);
      expect([path, status]).not.toEqual([path, 405]);
    }
  });

  it('has no other files', async () => {
    expect((await send(`${base}package.json`)).status).toBe(404);
    expect((await send(`${base}..%2Fpackage.json`)).status).toBe(404);
  });
});

describe('readiness', () => {
  it.each(['status', 'health/status'])('is told at /api/v1.0/%s too, without a body', async (path) => {
    expect(await send(`/seldon/default/seed/api/v1.0/${path}`)).toMatchObject({ status: 200, text: '' });
  });
});

describe("Seldon's bandit image", () => {
  it('is served by the policy, and no container is asked', async () => {
    const yaml = deploymentYaml(
      'bandit',
      oneLine(`{ name: chooser, type: ROUTER, parameters: [{ name: n_branches, type: INT, value: '2' }],
         children: [${MODEL('model-a')}, ${MODEL('model-b')}] }`),
    ).replace(
      "{ name: chooser, image: 'fake:1' }",
      "{ name: chooser, image: 'seldonio/mab_epsilon_greedy:1.3' }",
    );
    const bandit = await startStack(yaml, components.map());
    try {
      const before = components.calls.length;
      const answer = await fetch(`${bandit.router.url}/api/v1.0/predictions`, { method: 'POST', body: BODY });
      expect(answer.status).toBe(200);
      expect(answer.headers.get('switchyard-route')).toMatch(/^chooser=model-[ab]$/);
      expect(answer.headers.get('switchyard-receipt')).toMatch(/./);
      expect(components.calls.slice(before).map(({ path }) => path)).toEqual([
        expect.stringMatching(/^\/model-[ab]\/predict$/),
      ]);
    } finally {
      await bandit.close();
    }
  });
});

describe('the built-in units', () => {
  it('need no component', async () => {
    const graph = `{ name: avg, implementation: AVERAGE_COMBINER, children: [
      { name: simple, implementation: SIMPLE_MODEL },
      { name: first, implementation: SIMPLE_ROUTER, children: [
        { name: simpler, implementation: SIMPLE_MODEL }, ${MODEL('model-a')}] }] }`;
    const built = await startStack(deploymentYaml('built', oneLine(graph)), components.map());
    try {
      const answer = await fetch(`${built.router.url}/api/v1.0/predictions`, { method: 'POST', body: BODY });
      expect(answer.status).toBe(200);
      expect(await answer.json()).toMatchObject({
        data: { names: ['class0', 'class1', 'class2'], tensor: { shape: [1, 3], values: [0.1, 0.9, 0.5] } },
      });
    } finally {
      await built.close();
    }
  });
});
