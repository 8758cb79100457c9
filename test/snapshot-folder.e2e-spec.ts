import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExperimentStore, Ledger, SnapshotPublisher } from '#experiments';
import { parseDeployments } from '#graph';
import { StorageModule } from '#storage';
import { testDatabase, testRedisUrl } from '#testing';
import { type RunningTrainer, startTrainer } from '#trainer';
import { CliProcess, scratchFolder } from './cli-process.js';
import { AB_GRAPH, Components, declareAll, deploymentYaml, Gate } from './router-stack.js';

/** The router behind gates that take its stores away, with everything else past them. */
const BODY = '{"data":{"ndarray":[[1.0]]}}';
const UNITS = Array.from({ length: 20 }, (_, n) => `unit-${n}`);
const folder = scratchFolder();
const components = new Components();
let storage: INestApplicationContext;
let trainer: RunningTrainer;
let experiment: string;
let gates: Gate[];
let env: Record<string, string>;
let tries = 0;
let snapshots: string;
let router: CliProcess;
let url: string;

beforeAll(async () => {
  await components.start();
  const urls = { databaseUrl: await testDatabase(), redisUrl: testRedisUrl() };
  storage = await NestFactory.createApplicationContext(StorageModule.forRoot(urls), { logger: false });
  trainer = await startTrainer({ ...urls, intervals: { fold: 50 } });
  const yaml = deploymentYaml('kept', AB_GRAPH, { timeoutMs: 20_000 });
  const [declared] = await declareAll(storage, parseDeployments(yaml));
  experiment = declared!.id;
  await declareAll(storage, parseDeployments(deploymentYaml('somebody-elses', AB_GRAPH)));
  writeFileSync(join(folder.path, 'components.yaml'), components.yaml());
  writeFileSync(join(folder.path, 'deployment.yaml'), yaml);
  const [postgres, redis] = await Promise.all([Gate.before(urls.databaseUrl), Gate.before(urls.redisUrl)]);
  gates = [postgres.gate, redis.gate];
  env = { DATABASE_URL: postgres.url, REDIS_URL: redis.url, SWITCHYARD_RECEIPT_KEY: 'ef'.repeat(16) };
});

afterAll(async () => {
  await trainer?.close();
  await storage?.close();
  for (const gate of gates) gate.close();
  components.close();
  folder.remove();
});

beforeEach(() => {
  snapshots = join(folder.path, `snapshots-${++tries}`);
});

afterEach(async () => {
  await router.kill('SIGKILL');
});

const file = () => join(snapshots, 'snapshots.json');
const take = () => {
  for (const gate of gates) gate.shut();
};
const giveBack = () => {
  for (const gate of gates) gate.open();
};

async function start(): Promise<void> {
  const args = ['router', '-f', 'deployment.yaml', '--host', '127.0.0.1', '--port', '0', '--grpc-port', '0'];
  router = new CliProcess(args, {
    cwd: folder.path,
    env: { ...env, SWITCHYARD_SNAPSHOT_FOLDER: snapshots },
  });
  [, url] = (await router.says(/router listens on ([^,\s]+)/)) as [string, string];
}

const status = async (path: string) => (await fetch(url + path)).status;

async function ready(): Promise<void> {
  while ((await status('/ready')) !== 200) await sleep(20);
}

function post(path: string, body: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${url}/api/v1.0/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
}

async function arms(): Promise<(string | null)[]> {
  const answers = await Promise.all(UNITS.map((unit) => post('predictions', BODY, { 'seldon-puid': unit })));
  return answers.map(({ headers }) => headers.get('switchyard-route'));
}

async function savedAt(): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^switchyard_restored_snapshots_saved_seconds (\S+)$/m.exec(text)![1]);
}

/** A router that had the stores, kept what it read, and was killed; then they went away. */
async function killed(): Promise<void> {
  giveBack();
  await start();
  await ready();
  while (!existsSync(file())) await sleep(20);
  await router.kill('SIGKILL');
  take();
}

describe('a router that starts without its stores', () => {
  it('is alive and not ready where nothing was kept, and becomes ready by itself', async () => {
    take();
    await start();
    expect([await status('/live'), await status('/ready')]).toEqual([200, 503]);
    const answer = await post('predictions', BODY);
    expect([answer.status, await answer.text()]).toEqual([503, expect.stringContaining('NOT_PUBLISHED')]);
    giveBack();
    await ready();
    expect((await post('predictions', BODY)).status).toBe(200);
    expect(await savedAt()).toBe(0);
  });

  it('chooses as the one before it, also after kill -9, and goes on when they come back', async () => {
    giveBack();
    await start();
    await ready();
    const before = await arms();
    expect(new Set(before).size).toBe(2);
    await killed();
    await start();
    await ready();
    const [, said] = await router.complains(/this router serves from (\S+, 1 experiments as saved at \S+)/);
    const saved = JSON.parse(readFileSync(file(), 'utf8')).savedAt;
    expect(said).toBe(`${file()}, 1 experiments as saved at ${new Date(saved).toISOString()}`);
    expect(await savedAt()).toBe(saved / 1000);
    expect(await arms()).toEqual(before);
    const taken = await post('predictions', BODY, { 'seldon-puid': 'while-away' });
    const receipt = taken.headers.get('switchyard-receipt');
    const reward = JSON.stringify({ receipt, value: 1 });
    expect((await post('feedback', reward)).status).toBe(503);
    giveBack();
    while ((await savedAt()) !== 0) await sleep(20);
    expect((await post('feedback', reward)).status).toBe(200);
    // What was decided in the meantime has waited.
    const ledger = storage.get(Ledger);
    for (;;) {
      const { experiments, ...verified } = await ledger.verify();
      const [kept] = experiments.filter(({ id }) => id === experiment);
      if (kept!.decisions < UNITS.length + 1 || kept!.pending > 0) continue;
      expect(verified).toMatchObject({ equal: true, rewards: 1 });
      return;
    }
  });

  it('follows the stores once they are back, and keeps that', async () => {
    await killed();
    await start();
    await ready();
    const store = storage.get(ExperimentStore);
    const { current } = (await store.find(experiment))!;
    const revised = await store.revise(experiment, current.revision, { weights: [0, 1] }, 'test');
    giveBack();
    while (new Set(await arms()).size > 1) await sleep(20);
    const kept = () => JSON.parse(readFileSync(file(), 'utf8')).snapshots[0].revision;
    while (kept() !== revised.current.revision) await sleep(20);
    await storage.get(SnapshotPublisher).publish(experiment);
    expect(new Set(await arms())).toEqual(new Set(['router=model-b']));
  });

  it('takes nothing from a damaged file, says so, and writes it anew', async () => {
    mkdirSync(snapshots);
    writeFileSync(file(), '{"format":1,"savedAt":1,"snapshots":[{"experimentId":');
    take();
    await start();
    await router.complains(/no snapshot is taken from disk: \S+snapshots\.json is damaged: /);
    expect([await status('/live'), await status('/ready')]).toEqual([200, 503]);
    giveBack();
    await ready();
    while (statSync(file()).size < 100) await sleep(20);
    expect(JSON.parse(readFileSync(file(), 'utf8')).snapshots).toMatchObject([{ experimentId: experiment }]);
  });
});

it('keeps the experiments of its own deployments, for nobody else to read', async () => {
  giveBack();
  await start();
  await ready();
  while (!existsSync(file())) await sleep(20);
  const { snapshots: kept } = JSON.parse(readFileSync(file(), 'utf8'));
  expect(kept.map(({ name }: { name: string }) => name)).toEqual(['default.kept.main.router']);
  expect(statSync(file()).mode & 0o777).toBe(0o600);
  for (const secret of Object.values(env)) expect(readFileSync(file(), 'utf8')).not.toContain(secret);
});
