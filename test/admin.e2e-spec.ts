import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { DataSource } from 'typeorm';
import { type RunningAdmin, startAdmin } from '#admin';
import {
  DEFAULT_METRIC,
  type Decision,
  declareExperiment,
  type Experiment,
  ExperimentStore,
  Ledger,
  type PublishedSnapshot,
  RewardLedger,
  SnapshotSource,
} from '#experiments';
import { StorageModule } from '#storage';
import { testDatabase, testRedisUrl } from '#testing';

const KEY = 'a-key-for-these-tests';
const ARMS = ['model-a', 'model-b'];

let stores: { databaseUrl: string; redisUrl: string };
let storage: INestApplicationContext;
let admin: RunningAdmin;
let deployments = 0;

beforeAll(async () => {
  stores = { databaseUrl: await testDatabase(), redisUrl: testRedisUrl() };
  storage = await NestFactory.createApplicationContext(StorageModule.forRoot(stores), { logger: false });
  admin = await startAdmin({ host: '127.0.0.1', port: 0, ...stores, adminKey: KEY });
});

afterAll(async () => {
  await admin?.close();
  await storage?.close();
});

/** An experiment that no other test touches. */
function declare(policy = 'weighted', options = { weights: { 'model-a': 0.5, 'model-b': 0.5 } } as object) {
  const place = {
    namespace: 'default',
    deployment: `penguins-${++deployments}`,
    predictor: 'main',
    node: 'router',
  };
  const spec = { policy, options: options as never, arms: ARMS, metric: {} };
  return storage.get(ExperimentStore).declare(declareExperiment(place, spec), 'switchyard up');
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: the tests say what they expect in it
  readonly body: any;
}

async function call(method: string, path: string, init: RequestInit = {}): Promise<Answer> {
  const headers = { authorization: `Bearer ${KEY}`, ...init.headers };
  const response = await fetch(`${admin.url}${path}`, { ...init, method, headers });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json');
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}

const get = (path: string) => call('GET', `/admin/v1${path}`);

const patch = (id: string, body: unknown, headers: Record<string, string> = { 'if-match': '*' }) =>
  call('PATCH', `/admin/v1/experiments/${id}`, {
    body: typeof body === 'string' ? body : JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
  });

describe('the API key', () => {
  const paths = ['/admin/v1/experiments', '/admin/v1/experiments/x', '/admin/v1/policies'];

  it.each(paths)('is required for %s', async (path) => {
    const { status, headers, body } = await call('GET', path, { headers: { authorization: '' } });
    expect(status).toBe(401);
    expect(headers.get('www-authenticate')).toBe('Bearer realm="switchyard"');
    expect(body).toEqual({ error: { code: 401, reason: 'UNAUTHORIZED', message: expect.any(String) } });
  });

  it.each([
    'Bearer another-key-another-key',
    `Bearer ${KEY}x`,
    `Basic ${KEY}`,
    'Bearer ',
    KEY,
    `Bearer ${KEY} ${KEY}`,
  ])('is not %s', async (authorization) => {
    const { status } = await call('GET', '/admin/v1/experiments', { headers: { authorization } });
    expect(status).toBe(401);
  });

  it('is made at the first start, told once, and stored hashed', async () => {
    const fresh = { host: '127.0.0.1', port: 0, ...stores, databaseUrl: await testDatabase() };
    const first = await startAdmin(fresh);
    const second = await startAdmin(fresh);
    try {
      expect(first.newKey).toMatch(/^sy_[\w-]{43}$/);
      expect(second.newKey).toBeNull();
      for (const { url } of [first, second]) {
        const headers = { authorization: `Bearer ${first.newKey}` };
        expect((await fetch(`${url}/admin/v1/experiments`, { headers })).status).toBe(200);
      }
    } finally {
      await Promise.all([first.close(), second.close()]);
    }
    const stored = await storage.get(DataSource).query('SELECT api_key::text AS row FROM api_key');
    expect(JSON.stringify(stored)).not.toContain(KEY);
  });

  it('is made by one of several that start together', async () => {
    const fresh = { host: '127.0.0.1', port: 0, ...stores, databaseUrl: await testDatabase() };
    const started = await Promise.all([startAdmin(fresh), startAdmin(fresh), startAdmin(fresh)]);
    try {
      const keys = started.flatMap(({ newKey }) => (newKey === null ? [] : [newKey]));
      expect(keys).toEqual([expect.stringMatching(/^sy_/)]);
      const headers = { authorization: `Bearer ${keys[0]}` };
      for (const { url } of started) {
        expect((await fetch(`${url}/admin/v1/experiments`, { headers })).status).toBe(200);
      }
    } finally {
      await Promise.all(started.map((admin) => admin.close()));
    }
  });

  it('is replaced by a preset one, which is no key when it is short', async () => {
    const fresh = { host: '127.0.0.1', port: 0, ...stores, databaseUrl: await testDatabase() };
    const first = await startAdmin(fresh);
    const second = await startAdmin({ ...fresh, adminKey: KEY });
    try {
      const status = async (key: string | null) =>
        (await fetch(`${first.url}/admin/v1/policies`, { headers: { authorization: `Bearer ${key}` } }))
          .status;
      expect(await status(KEY)).toBe(200);
      expect(await status(first.newKey)).toBe(401);
    } finally {
      await Promise.all([first.close(), second.close()]);
    }
    await expect(startAdmin({ ...fresh, adminKey: 'short' })).rejects.toThrow(
      'SWITCHYARD_ADMIN_KEY must be at least 16 characters long, got 5',
    );
  });
});

describe('reading', () => {
  it('is ready and live without a key', async () => {
    for (const path of ['/ready', '/live']) {
      expect((await call('GET', path, { headers: { authorization: '' } })).status).toBe(200);
    }
  });

  it('shows an experiment by id and by name, and in the list', async () => {
    const { id, name } = await declare();
    const byId = await get(`/experiments/${id}`);
    expect(byId.status).toBe(200);
    expect(byId.headers.get('etag')).toBe('"1"');
    expect(byId.body).toMatchObject({
      id,
      name,
      namespace: 'default',
      predictor: 'main',
      node: 'router',
      policy: 'weighted',
      weights: [0.5, 0.5],
      revision: 1,
      updatedBy: 'switchyard up',
      arms: ARMS.map((arm, index) => ({
        id: arm,
        index,
        enabled: true,
        probability: 0.5,
        decisions: 0,
        rewards: 0,
        mean: null,
        interval: null,
      })),
    });
    expect((await get(`/experiments/${name}`)).body).toEqual(byId.body);
    expect((await get('/experiments')).body.experiments).toContainEqual(byId.body);
  });

  it('shows what the ledger knows, with a 95 % interval', async () => {
    const { id } = await declare();
    const decisions = Array.from({ length: 10 }, (_, n) => decision(id, `p${n}`, 'model-a'));
    await rewarded(id, decisions, (n) => (n < 7 ? 1 : 0));
    const { body } = await get(`/experiments/${id}`);
    // Wilson's score interval for 7 of 10 at z = 1.959964, worked out by hand.
    expect(body.arms[0]).toMatchObject({ decisions: 10, rewards: 10, mean: 0.7 });
    expect(body.arms[0].interval.low).toBeCloseTo(0.39678, 4);
    expect(body.arms[0].interval.high).toBeCloseTo(0.89221, 4);
    expect(body.arms[1]).toMatchObject({ decisions: 0, rewards: 0, mean: null, interval: null });
  });

  it('lists the policies with their options', async () => {
    const { body } = await get('/policies');
    const names = body.policies.map(({ name }: { name: string }) => name);
    expect(names).toEqual(
      expect.arrayContaining(['random', 'weighted', 'epsilon-greedy', 'thompson-sampling']),
    );
    const greedy = body.policies.find(({ name }: { name: string }) => name === 'epsilon-greedy');
    expect(greedy.options.epsilon).toMatchObject({ type: 'number', description: expect.any(String) });
  });

  it.each([
    '/admin/v1/experiments/default.nothing.main.router',
    '/admin/v1/experiments/00000000-0000-0000-0000-000000000000',
    '/admin/v1/experiments/%00',
    `/admin/v1/experiments/${'x'.repeat(200)}`,
  ])('finds nothing at %s', async (path) => {
    const { status, body } = await call('GET', path);
    expect(status).toBe(404);
    expect(body.error).toMatchObject({ code: 404, reason: 'UNKNOWN_EXPERIMENT' });
  });

  it.each([
    ['/admin/v1/nothing', 404, 'UNKNOWN_PATH'],
    ['/', 404, 'UNKNOWN_PATH'],
    ['/admin/v1/experiments/%zz', 400, 'MALFORMED_URL'],
  ])('answers %s in the same form', async (path, code, reason) => {
    const { status, body } = await call('GET', path);
    expect([status, body.error.code]).toEqual([code, code]);
    expect(body.error.reason).toBe(reason);
  });
});

describe('changing', () => {
  let experiment: Experiment;

  beforeEach(async () => {
    experiment = await declare();
  });

  it.each<[object, object]>([
    [{ weights: [0.9, 0.1] }, { policy: 'weighted', weights: [0.9, 0.1] }],
    [{ weights: { 'model-a': 0, 'model-b': 1 } }, { policy: 'weighted', weights: [0, 1] }],
    [{ policy: 'random' }, { policy: 'random', weights: null }],
    [
      { policy: 'epsilon-greedy', options: { epsilon: 0.2 } },
      { policy: 'epsilon-greedy', options: expect.objectContaining({ epsilon: 0.2 }) },
    ],
    [{ policy: 'thompson-sampling' }, { policy: 'thompson-sampling', weights: null }],
  ])('%j makes a revision', async (body, expected) => {
    const answer = await patch(experiment.id, body, { 'if-match': '"1"' });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('etag')).toBe('"2"');
    expect(answer.body).toMatchObject({ ...expected, revision: 2, updatedBy: 'admin' });
    expect((await get(`/experiments/${experiment.id}`)).body).toEqual(answer.body);
  });

  it('switches an arm off', async () => {
    const answer = await patch(experiment.name, { arms: { 'model-a': { enabled: false } } });
    expect(answer.body.arms).toMatchObject([
      { id: 'model-a', enabled: false, probability: null },
      { id: 'model-b', enabled: true, probability: 1 },
    ]);
  });

  it('is announced to the routers', async () => {
    const source = storage.get(SnapshotSource);
    const announced = new Promise<PublishedSnapshot>((resolve, reject) => {
      source
        .subscribe((snapshot) => {
          if (snapshot.experimentId === experiment.id) resolve(snapshot);
        })
        .then(() => patch(experiment.id, { weights: [0.25, 0.75] }))
        .catch(reject);
    });
    const { revision, config } = await announced;
    expect(revision).toBe(2);
    expect(config.options.weights).toEqual({ 'model-a': 0.25, 'model-b': 0.75 });
  });

  it('keeps revisions, newest first', async () => {
    await patch(experiment.id, { weights: [0.9, 0.1] });
    await patch(experiment.id, { policy: 'random' });
    const { body } = await get(`/experiments/${experiment.id}/revisions`);
    expect(body.revisions.map((one: { revision: number }) => one.revision)).toEqual([3, 2, 1]);
    expect(body.revisions[1]).toMatchObject({ policy: 'weighted', source: 'api', author: 'admin' });
    expect(body.revisions[1].changes.length).toBeGreaterThan(0);
    expect(body.revisions[2]).toMatchObject({ source: 'manifest', author: 'switchyard up' });
    const second = await get(`/experiments/${experiment.id}/revisions/2`);
    expect(second.body).toEqual(body.revisions[1]);
  });

  it.each([
    ['4', 404, 'UNKNOWN_REVISION'],
    ['0', 422, 'INVALID_FIELD'],
    ['x', 422, 'INVALID_FIELD'],
    ['1.5', 422, 'INVALID_FIELD'],
    ['99999999999', 422, 'INVALID_FIELD'],
  ])('has no revision %s', async (revision, code, reason) => {
    const { status, body } = await get(`/experiments/${experiment.id}/revisions/${revision}`);
    expect(status).toBe(code);
    expect(body.error.reason).toBe(reason);
  });
});

describe('If-Match', () => {
  let experiment: Experiment;

  beforeAll(async () => {
    experiment = await declare();
    await patch(experiment.id, { weights: [0.9, 0.1] });
  });

  it.each([
    [undefined, 428, 'IF_MATCH_REQUIRED'],
    ['2', 400, 'MALFORMED_IF_MATCH'],
    ['"1"', 412, 'STALE_REVISION'],
    ['"3"', 412, 'STALE_REVISION'],
    ['W/"2"', 412, 'STALE_REVISION'],
  ])('%s changes nothing', async (ifMatch, code, reason) => {
    const headers: Record<string, string> = ifMatch === undefined ? {} : { 'if-match': ifMatch };
    const answer = await patch(experiment.id, { policy: 'random' }, headers);
    expect(answer.status).toBe(code);
    expect(answer.body.error.reason).toBe(reason);
    if (code === 412) {
      expect(answer.body.error.current).toBe(2);
      expect(answer.headers.get('etag')).toBe('"2"');
    }
    expect((await get(`/experiments/${experiment.id}`)).body).toMatchObject({
      policy: 'weighted',
      revision: 2,
    });
  });

  it('lets exactly one of ten win', async () => {
    const { id } = await declare();
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        patch(id, { weights: [n / 10, 1 - n / 10] }, { 'if-match': '"1"' }),
      ),
    );
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([200, ...Array(9).fill(412)]);
    expect((await get(`/experiments/${id}`)).body).toEqual(
      answers.find(({ status }) => status === 200)!.body,
    );
  });

  it('* makes all of five win', async () => {
    const { id } = await declare();
    const answers = await Promise.all(
      Array.from({ length: 5 }, (_, n) => patch(id, { weights: [0.1 + n / 10, 0.9 - n / 10] })),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(5).fill(200));
    expect((await get(`/experiments/${id}`)).body.revision).toBe(6);
  });
});

describe('bad input', () => {
  let experiment: Experiment;

  beforeAll(async () => {
    experiment = await declare();
  });

  it.each<[string, number, string, string | undefined]>([
    ['{"weights":[0.9]}', 422, 'INVALID_FIELD', 'weights'],
    ['{"weights":[0,0]}', 422, 'INVALID_FIELD', 'weights'],
    ['{"weights":[0.9,0.2]}', 422, 'INVALID_FIELD', 'weights'],
    ['{"weights":[50,50]}', 422, 'INVALID_FIELD', 'weights'],
    ['{"weights":[1.5,-0.5]}', 422, 'INVALID_FIELD', undefined],
    ['{"weights":[1e999,0]}', 422, 'INVALID_FIELD', 'weights[0]'],
    ['{"weights":["0.5","0.5"]}', 422, 'INVALID_FIELD', 'weights[0]'],
    ['{"weights":{"model-a":1}}', 422, 'INVALID_FIELD', undefined],
    ['{"weights":{"model-a":0.5,"model-c":0.5}}', 422, 'INVALID_FIELD', undefined],
    ['{"weights":"half"}', 422, 'INVALID_FIELD', 'weights'],
    ['{"weights":[0.5,0.5],"policy":"random"}', 422, 'INVALID_FIELD', 'weights'],
    ['{"policy":"best"}', 422, 'INVALID_FIELD', 'policy'],
    ['{"policy":"__proto__"}', 422, 'INVALID_FIELD', 'policy'],
    ['{"policy":"epsilon-greedy","options":{"epsilon":2}}', 422, 'INVALID_FIELD', 'options.epsilon'],
    ['{"policy":"epsilon-greedy","options":{"epsilonn":0.2}}', 422, 'INVALID_FIELD', 'options.epsilonn'],
    ['{"options":{"floor":0.6}}', 422, 'INVALID_FIELD', 'options.floor'],
    ['{"arms":{"model-c":{"enabled":false}}}', 422, 'INVALID_FIELD', 'arms.model-c'],
    ['{"arms":{"model-a":{"enabled":false},"model-b":{"enabled":false}}}', 422, 'INVALID_FIELD', 'arms'],
    ['{"arms":{"model-a":{"enabled":"no"}}}', 422, 'INVALID_FIELD', 'arms.model-a.enabled'],
    ['{"weigths":[0.5,0.5]}', 422, 'INVALID_FIELD', 'weigths'],
    ['{"salt":"x"}', 422, 'INVALID_FIELD', 'salt'],
    ['{}', 422, 'INVALID_FIELD', 'body'],
    ['[]', 422, 'INVALID_FIELD', 'body'],
    ['null', 422, 'INVALID_FIELD', 'body'],
    ['{"weights":[NaN,1]}', 400, 'MALFORMED_BODY', undefined],
    ['{"__proto__":{"policy":"random"}}', 400, 'MALFORMED_BODY', undefined],
    ['{"weights":', 400, 'MALFORMED_BODY', undefined],
    ['', 400, 'MALFORMED_BODY', undefined],
  ])('%s is refused', async (body, code, reason, field) => {
    const answer = await patch(experiment.id, body);
    expect(answer.status).toBe(code);
    expect(answer.body.error).toMatchObject({ code, reason, message: expect.any(String) });
    if (field !== undefined) expect(answer.body.error.field).toBe(field);
    expect((await get(`/experiments/${experiment.id}`)).body.revision).toBe(1);
  });

  it('says what was expected and what came', async () => {
    const { body } = await patch(experiment.id, { policy: 'epsilon-greedy', options: { epsilon: 2 } });
    expect(body.error.message).toMatch(/^options\.epsilon must be .*, got 2$/);
  });

  it('takes a mebibyte at most', async () => {
    const { status, body } = await patch(experiment.id, { policy: 'x'.repeat(1024 * 1024) });
    expect(status).toBe(413);
    expect(body.error.reason).toBe('BODY_TOO_LARGE');
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'image/png'])('is %s', async (type) => {
    const headers = { 'if-match': '*', 'content-type': type };
    const { status, body } = await patch(experiment.id, '{"policy":"random"}', headers);
    expect(status).toBe(415);
    expect(body.error.reason).toBe('UNSUPPORTED_MEDIA_TYPE');
  });
});

describe('OpenAPI', () => {
  it('describes every route, and needs no key', async () => {
    const { status, body } = await call('GET', '/admin/openapi.json', { headers: { authorization: '' } });
    expect(status).toBe(200);
    expect(body.openapi).toMatch(/^3\./);
    const routes = Object.entries(body.paths).flatMap(([path, methods]) =>
      Object.keys(methods as object).map((method) => `${method} ${path}`),
    );
    expect(routes.sort()).toEqual([
      'get /admin/v1/experiments',
      'get /admin/v1/experiments/{id}',
      'get /admin/v1/experiments/{id}/revisions',
      'get /admin/v1/experiments/{id}/revisions/{revision}',
      'get /admin/v1/policies',
      'get /live',
      'get /ready',
      'patch /admin/v1/experiments/{id}',
    ]);
    const { patch: operation } = body.paths['/admin/v1/experiments/{id}'];
    const { schema } = operation.requestBody.content['application/json'];
    expect(Object.keys(schema.properties)).toEqual(['policy', 'options', 'weights', 'arms']);
    expect(operation.security).toEqual([{ bearer: [] }]);
    const answer = operation.responses['200'].content['application/json'].schema;
    expect(answer.properties.arms.items.properties).toHaveProperty('probability');
  });

  it('has a page that loads nothing from elsewhere', async () => {
    const page = await call('GET', '/admin/docs', { headers: { authorization: '' } });
    expect(page.headers.get('content-type')).toMatch(/^text\/html/);
    expect(page.body).not.toMatch(/(src|href)="(https?:)?\/\//);
    const sources = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, source]) => source as string);
    expect(sources.length).toBeGreaterThan(2);
    for (const source of sources) {
      const asset = await fetch(new URL(source, `${admin.url}/admin/docs`));
      expect([source, asset.status]).toEqual([source, 200]);
      await asset.arrayBuffer();
    }
  });
});

it('says so when its port is taken, and lets go of everything', async () => {
  await expect(startAdmin({ host: '127.0.0.1', port: admin.port, ...stores })).rejects.toMatchObject({
    code: 'EADDRINUSE',
  });
});

function decision(experimentId: string, id: string, arm: string): Decision {
  return {
    experimentId,
    id,
    at: Date.now(),
    revision: 1,
    evidenceVersion: 0,
    unit: null,
    arm,
    propensity: 0.5,
    probabilities: [0.5, 0.5],
  };
}

/** Puts decisions and their rewards into the evidence. */
async function rewarded(id: string, decisions: Decision[], outcome: (n: number) => number): Promise<void> {
  const rewards = storage.get(RewardLedger);
  await Promise.all(
    decisions.map((decision, n) =>
      rewards.add({ decision, metric: DEFAULT_METRIC.name, value: outcome(n), key: 'outcome' }),
    ),
  );
  await storage.get(Ledger).fold(id, decisions);
}
