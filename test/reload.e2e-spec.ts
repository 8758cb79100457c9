import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Ledger, SnapshotPublisher } from '#experiments';
import { graphDigest, parseDeployments } from '#graph';
import { StorageModule } from '#storage';
import { freePort } from '#system';
import { GrpcCaller, type GrpcPeer, serveGrpc, testDatabase, testRedisUrl } from '#testing';
import { type RunningTrainer, startTrainer } from '#trainer';
import { CliProcess, scratchFolder, switchyard } from './cli-process.js';
import { ConfigVolume } from './config-volume.js';
import { answers, Components, declareAll, deploymentYaml } from './router-stack.js';
import { SteadyLoad, seldonReward, type Taken } from './steady-load.js';

const BODY = '{"data":{"ndarray":[[1.0]]}}';
const SWAPS = 8;
const folder = scratchFolder();
const components = new Components();
let peer: GrpcPeer;
let urls: { databaseUrl: string; redisUrl: string };
let storage: INestApplicationContext;
let trainer: RunningTrainer;
let volume: ConfigVolume;
let router: CliProcess;
let url: string;
let caller: GrpcCaller;
let client: SteadyLoad;

const child = (name: string) => `{ name: ${name}, type: MODEL, children: [] }`;
const experimentOver = (...arms: string[]) =>
  `{ name: router, implementation: RANDOM, children: [${arms.map(child).join(', ')}] }`;
const INJECT = '{ name: SELDON_ENABLE_ROUTING_INJECTION, value: "true" }';
const yamlOf = (graph: string) => deploymentYaml('live', graph, { env: INJECT, timeoutMs: 20_000 });

const componentsYaml = (others: Readonly<Record<string, string>> = {}) =>
  components.yaml({ 'model-b': peer.url, ...others });

function env(): Record<string, string> {
  return {
    DATABASE_URL: urls.databaseUrl,
    REDIS_URL: urls.redisUrl,
    SWITCHYARD_RECEIPT_KEY: 'cd'.repeat(16),
  };
}

async function declare(graph: string): Promise<void> {
  const experiments = await declareAll(storage, parseDeployments(yamlOf(graph)));
  for (const { id } of experiments) await storage.get(SnapshotPublisher).publish(id);
}

async function state(): Promise<{ digest: string; refused: string | null }> {
  return (await fetch(`${url}/switchyard/graph`)).json() as never;
}

function put(graph: string, componentsText = componentsYaml()): string {
  const deployment = yamlOf(graph);
  volume.put({ 'deployment.yaml': deployment, 'components.yaml': componentsText });
  return graphDigest(deployment, componentsText);
}

async function served(digest: string): Promise<void> {
  while ((await state()).digest !== digest) await sleep(20);
}

async function refusal(): Promise<string> {
  for (;;) {
    const { refused } = await state();
    if (refused !== null) return refused;
    await sleep(20);
  }
}

/** Declared as an operator does it, written, and served. */
async function serve(graph: string): Promise<void> {
  await declare(graph);
  await served(put(graph));
}

/** Predicts until the experiment takes that arm. */
async function predictBy(arm: string): Promise<Taken> {
  for (;;) {
    const taken = await client.predict();
    expect(taken.status).toBe(200);
    if (taken.arm === arm) return taken;
  }
}

const post = (path: string, body: string, headers: Record<string, string> = {}) =>
  client.post(path, body, headers);

/** Whether the trainer has taken that many decisions, and every reward. */
async function isCounted(decisions: number): Promise<boolean> {
  const { experiments, ...verified } = await storage.get(Ledger).verify();
  return verified.decisions >= decisions && experiments.every(({ pending }) => pending === 0);
}

async function metric(name: string): Promise<string[]> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return text.split('\n').filter((line) => line.startsWith(name));
}

beforeAll(async () => {
  await components.start();
  peer = await serveGrpc({ Model: { Predict: (message) => message, SendFeedback: () => ({}) } });
  urls = { databaseUrl: await testDatabase(), redisUrl: testRedisUrl() };
  storage = await NestFactory.createApplicationContext(StorageModule.forRoot(urls), { logger: false });
  trainer = await startTrainer({ ...urls, intervals: { fold: 50 } });
  const graph = experimentOver('model-a', 'model-b');
  await declare(graph);
  volume = new ConfigVolume({ 'deployment.yaml': yamlOf(graph), 'components.yaml': componentsYaml() });
  const flags = ['--reload', '--host', '127.0.0.1', '--port', '0', '--grpc-port', '0'];
  router = new CliProcess(['router', '-f', volume.of('deployment.yaml'), ...flags], {
    cwd: folder.path,
    env: env(),
  });
  const [, address, grpcPort] = await router.says(/router listens on (\S+), gRPC on port (\d+)/);
  url = address!;
  caller = new GrpcCaller(`127.0.0.1:${grpcPort}`);
  client = new SteadyLoad(url, caller);
  await served(graphDigest(yamlOf(graph), componentsYaml()));
});

afterAll(async () => {
  caller?.close();
  await router?.kill('SIGTERM');
  await trainer?.close();
  await storage?.close();
  peer?.kill();
  components.close();
  volume?.remove();
  folder.remove();
});

afterEach(() => components.reset());

describe('a graph that gains and loses a child while it serves', () => {
  let load: SteadyLoad;

  it('fails no request over REST or gRPC', async () => {
    load = new SteadyLoad(url, caller);
    const ended = load.run();
    for (let swap = 0; swap < SWAPS; swap++) {
      // An arm comes, and one before it goes, so that the same arm has another index.
      await serve(swap % 2 === 0 ? experimentOver('good', 'model-b', 'model-a') : experimentOver('model-b'));
      await sleep(300);
    }
    await serve(experimentOver('model-a', 'model-b'));
    load.stop();
    await ended;
    expect(load.failures).toEqual([]);
    expect([...load.perArm.keys()].sort()).toEqual(['good', 'model-a', 'model-b']);
    expect(await metric('switchyard_graph_reloads_total')).toEqual([
      `switchyard_graph_reloads_total{result="ok"} ${SWAPS + 1}`,
    ]);
  });

  it('loses no reward and no decision', async () => {
    const { answered: decisions, rewarded: rewards } = load;
    while (!(await isCounted(decisions))) await sleep(20);
    const { status, stdout } = await switchyard(['verify', '--json'], { cwd: folder.path, env: env() });
    expect(JSON.parse(stdout)).toMatchObject({ equal: true, decisions, rewards });
    expect(status).toBe(0);
  });

  it('counts requests in one series, whichever graph they went through', async () => {
    await predictBy('model-a');
    const names = (await metric('seldon_api_executor_server_requests_seconds')).map(
      (line) => line.split('} ')[0],
    );
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeGreaterThan(0);
  });
});

describe('a reward for a decision of an earlier graph', () => {
  it('is recorded for an arm that is gone, and for one that stands elsewhere now', async () => {
    await serve(experimentOver('model-a', 'model-b', 'good'));
    const [gone, moved] = [await predictBy('model-a'), await predictBy('good')];
    expect(JSON.parse(moved.body).meta.routing.router).toBe(2);
    await serve(experimentOver('model-b', 'good'));
    components.calls.length = 0;
    for (const one of [gone, moved]) {
      const answer = await post('feedback', seldonReward(one), { 'switchyard-receipt': one.receipt });
      expect([answer.status, answer.headers.get('switchyard-reward')]).toEqual([200, 'recorded']);
    }
    const told = components.calls.filter(({ path }) => path.endsWith('send-feedback'));
    expect(told.map(({ path }) => path)).toEqual(['/good/send-feedback']);
  });

  it('still must not name a route that never was', async () => {
    const one = await predictBy('good');
    const response = { meta: { routing: { router: 7 } } };
    const answer = await post('feedback', JSON.stringify({ response, reward: 1 }), { 'seldon-puid': one.id });
    expect([answer.status, await answer.text()]).toEqual([
      422,
      expect.stringMatching(/routing.router must be/),
    ]);
  });

  it('is recorded when the experiment is gone', async () => {
    const one = await predictBy('good');
    await serve(child('other'));
    const answer = await post('feedback', seldonReward(one), { 'seldon-puid': one.id });
    expect([answer.status, answer.headers.get('switchyard-reward')]).toEqual([200, 'recorded']);
    await serve(experimentOver('model-a', 'model-b'));
  });
});

describe('a request that is on its way when the graph changes', () => {
  it('ends on the graph that it began on', async () => {
    await serve(child('slow'));
    let release = () => {};
    components.on('slow', (response, body) => {
      release = () => response.writeHead(200, { 'content-type': 'application/json' }).end(body);
    });
    const answer = post('predictions', BODY);
    while (!components.calls.some(({ path }) => path === '/slow/predict')) await sleep(10);
    components.on('good', answers('{"strData":"new"}'));
    await serve(child('good'));
    expect(await (await post('predictions', BODY)).json()).toMatchObject({ strData: 'new' });
    release();
    expect(await (await answer).json()).toMatchObject(JSON.parse(BODY));
    expect((await answer).status).toBe(200);
  });
});

describe('a graph that cannot be served', () => {
  it('changes nothing where it is not valid, and says why once', async () => {
    await serve(child('good'));
    const { digest } = await state();
    const refusals = async () => (await metric('switchyard_graph_reloads_total{result="refused"')).join();
    const [before, texts] = [await refusals(), yamlOf(child('good')).replace('type: MODEL', 'type: MODLE')];
    volume.put({ 'deployment.yaml': texts, 'components.yaml': componentsYaml() });
    expect(await refusal()).toMatch(/spec\.predictors\[0\]\.graph\.type: .*MODLE/);
    const [, said] = await router.complains(/(a change of the graph is not served.*)\n/);
    expect(said).toMatch(/MODLE/);
    expect((await state()).digest).toBe(digest);
    expect((await post('predictions', BODY)).status).toBe(200);
    expect(await refusals()).not.toBe(before);
    put(child('good'));
    while ((await state()).refused !== null) await sleep(20);
  });

  it('says what is wrong with the file of components, and with one that is not there', async () => {
    put(child('good'), 'good: { port: 9000 }\n');
    expect(await refusal()).toMatch(/components\.yaml: good: /);
    volume.put({ 'components.yaml': componentsYaml() });
    while (!/deployment\.yaml cannot be read: ENOENT/.test(await refusal())) await sleep(20);
    expect((await post('predictions', BODY)).status).toBe(200);
    put(child('good'));
    while ((await state()).refused !== null) await sleep(20);
  });

  it('is refused where it speaks a protocol that this router has no server for', async () => {
    const deployment = yamlOf(child('good')).replace('spec:\n', 'spec:\n  protocol: v2\n');
    volume.put({ 'deployment.yaml': deployment, 'components.yaml': componentsYaml() });
    expect(await refusal()).toMatch(
      /spec.protocol of live must be one that this router serves .*\(seldon\), got v2/,
    );
    put(child('good'));
    while ((await state()).refused !== null) await sleep(20);
  });
});

describe('a graph that is not complete yet', () => {
  it('is served when its component answers, and the one before until then', async () => {
    await serve(child('good'));
    const { digest } = await state();
    const port = await freePort();
    const late = { other: `grpc://127.0.0.1:${port}` };
    const next = put(child('other'), componentsYaml(late));
    await sleep(4000);
    expect((await state()).digest).toBe(digest);
    expect((await post('predictions', BODY)).status).toBe(200);
    const started = await serveGrpc({ Model: { Predict: () => ({ strData: 'late' }) } }, port);
    await served(next);
    expect(await (await post('predictions', BODY)).json()).toMatchObject({ strData: 'late' });
    await serve(child('good'));
    started.kill();
  });

  it('is not told of what was wrong with another', async () => {
    await serve(child('good'));
    const { digest } = await state();
    put(child('good').replace('MODEL', 'MODLE'));
    await refusal();
    const port = await freePort();
    const next = put(child('other'), componentsYaml({ other: `grpc://127.0.0.1:${port}` }));
    while ((await state()).refused !== null) await sleep(20);
    expect((await state()).digest).toBe(digest);
    const started = await serveGrpc({ Model: { Predict: () => ({}) } }, port);
    await served(next);
    await serve(child('good'));
    started.kill();
  });

  it('is served when the stores know its arms', async () => {
    await serve(experimentOver('model-a', 'model-b'));
    const { digest } = await state();
    const graph = experimentOver('model-a', 'model-b', 'chooser');
    const next = put(graph);
    await sleep(4000);
    expect((await state()).digest).toBe(digest);
    await declare(graph);
    await served(next);
    await predictBy('chooser');
  });
});
