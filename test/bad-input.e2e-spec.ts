import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PENGUINS, scratchFolder, switchyard, type Up, up } from './cli-process.js';
import { type FaultyComponents, startFaultyComponents } from './faulty-components.js';

const folder = scratchFolder();
const here = { cwd: folder.path };
const ROW = ['Biscoe', 'male', 45.2, 14.8, 212, 5200];
const JSON_HEADERS = { 'content-type': 'application/json' };
const EXPERIMENT = 'default.penguins.main.router';

let faulty: FaultyComponents;
let instance: Up;

beforeAll(async () => {
  faulty = await startFaultyComponents(folder.path, resolve('examples/penguins/input-transformer.ts'));
  const files = ['-f', PENGUINS, '-f', faulty.deploymentFile, '--components', faulty.componentsFile];
  instance = await up(files, here);
});

afterAll(async () => {
  await instance?.process.kill('SIGTERM');
  faulty?.close();
  folder.remove();
});

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
}

async function send(method: string, url: string, body: string | null, headers = {}): Promise<Answer> {
  const answer = await fetch(url, { method, headers: { ...JSON_HEADERS, ...headers }, body });
  return { status: answer.status, text: await answer.text(), headers: answer.headers };
}

const predict = (body: string, deployment = 'default/penguins') =>
  send('POST', `${instance.url}/seldon/${deployment}/api/v1.0/predictions`, body);
const feedback = (body: string) =>
  send('POST', `${instance.url}/seldon/default/penguins/api/v1.0/feedback`, body);
const rows = (...ndarray: unknown[][]) => JSON.stringify({ data: { ndarray } });

/** Every failure of the data plane is a Status in JSON that says why. */
function expectFailure({ status, text, headers }: Answer, expected: number, reason: RegExp) {
  expect({ status, text }).toEqual({ status: expected, text: expect.stringMatching(reason) });
  expect(headers.get('content-type')).toContain('application/json');
  expect(JSON.parse(text).status).toMatchObject({ status: 'FAILURE' });
}

async function expectServing() {
  expect((await predict(rows(ROW))).status).toBe(200);
}

describe('a prediction', () => {
  it('for an unknown deployment or path is refused', async () => {
    expectFailure(await predict(rows(ROW), 'default/pinguins'), 404, /pinguins/);
    expectFailure(await send('POST', `${instance.url}/api/v2.0/predictions`, rows(ROW)), 404, /v2\.0/);
    expectFailure(await send('POST', `${instance.url}/api/v1.0/predictions`, rows(ROW)), 404, /deployment/);
  });

  it.each([
    ['that is not JSON', '{"data":', 400, /JSON/],
    ['that is empty', '', 400, /empty/],
    ['that nests a million levels deep', '['.repeat(1_000_000), 400, /at most 200 levels/],
    ['of 20 MB', ' '.repeat(20_000_000), 413, /10485760|10 MiB/],
    ['with too few columns', rows(ROW.slice(1)), 400, /expected 6 columns .*got 5/],
    ['with an unknown category', rows(['Atlantis', ...ROW.slice(1)]), 400, /Atlantis/],
  ])('%s is refused', async (_, body, status, reason) => {
    expectFailure(await predict(body), status, reason);
    await expectServing();
  });

  it.each([
    ['down', /down/],
    ['hangs', /hangs/],
    ['fails', /out of fish/],
    ['routes-hello', /hello|JSON/],
    ['routes-7', /7/],
    ['routes-text', /"1\\?"/],
    ['routes-minus-3', /-3/],
    ['routes-nothing', /routes-nothing/],
  ])('whose component %s fails and says which', async (name, reason) => {
    const answer = await predict(rows([1]), `faulty/${name}`);
    expect(answer.status).toBeGreaterThanOrEqual(500);
    expectFailure(answer, answer.status, reason);
    expect(answer.text).toContain(name);
    await expectServing();
  });
});

describe('a reward', () => {
  const decide = async () => (await predict(rows(ROW))).headers.get('switchyard-decision');

  it.each([
    ['NaN', 'NaN', 400],
    ['1e999', '1e999', 422],
    ['"1e999"', '"1e999"', 422],
    ['null', 'null', 422],
    ['out of range', '2', 422],
  ])('of %s is refused', async (_, value, status) => {
    const answer = await feedback(`{"decision":"${await decide()}","value":${value}}`);
    expectFailure(answer, status, /value|JSON/);
  });

  it('for an unknown decision is refused', async () => {
    expectFailure(await feedback('{"decision":"nobody","value":1}'), 404, /nobody/);
  });

  it('sent twice counts once', async () => {
    const body = `{"decision":"${await decide()}","value":1}`;
    expect((await feedback(body)).text).toContain('recorded');
    expect(await feedback(body)).toMatchObject({ status: 200, text: expect.stringContaining('repeated') });
  });
});

describe('a change over the admin API', () => {
  const experiment = () => `${instance.adminUrl}/admin/v1/experiments/${EXPERIMENT}`;
  const key = () => ({ authorization: `Bearer ${instance.adminKey}` });

  it.each(['[0.9]', '[0,0]', '[-0.5,1.5]', '[NaN,1]', '[null,1]', '{"model-a":1}', '[0.5,0.4]'])(
    'to the weights %s is refused',
    async (weights) => {
      const before = await send('GET', experiment(), null, key());
      const ifMatch = { 'if-match': before.headers.get('etag')! };
      const answer = await send('PATCH', experiment(), `{"weights":${weights}}`, { ...key(), ...ifMatch });
      expect([400, 422]).toContain(answer.status);
      expect(answer.text).toMatch(/weights|JSON/);
      const after = await send('GET', experiment(), null, key());
      expect(after.headers.get('etag')).toBe(before.headers.get('etag'));
    },
  );

  it('with a stale or missing If-Match is refused', async () => {
    const body = '{"weights":[0.5,0.5]}';
    expect((await send('PATCH', experiment(), body, { ...key(), 'if-match': '"99"' })).status).toBe(412);
    expect((await send('PATCH', experiment(), body, key())).status).toBe(428);
  });

  it('without the key is refused', async () => {
    expect((await send('GET', experiment(), null)).status).toBe(401);
    expect((await send('GET', experiment(), null, { authorization: 'Bearer wrong' })).status).toBe(401);
  });
});

it('nothing of this reached the ledger but what was accepted', async () => {
  const { status, stdout } = await switchyard(['verify', '--json'], here);
  expect(JSON.parse(stdout)).toMatchObject({ equal: true, rewards: 1 });
  expect(status).toBe(0);
});
