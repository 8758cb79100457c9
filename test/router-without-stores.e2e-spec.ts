import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { parseDeployments } from '#graph';
import { loadRouterConfig, type RunningRouter, startRouter } from '#router';
import { CliProcess, scratchFolder } from './cli-process.js';
import { ConfigVolume } from './config-volume.js';
import { AB_GRAPH, Components, deploymentYaml } from './router-stack.js';

const JSON_TYPE = { 'content-type': 'application/json' };

const components = new Components();
let router: RunningRouter;

beforeAll(async () => {
  await components.start();
  const [deployment] = parseDeployments(deploymentYaml('lonely', AB_GRAPH)) as [never];
  router = await startRouter({
    ...{ host: '127.0.0.1', port: 0, receiptKey: Buffer.alloc(32, 7) },
    deployments: [{ deployment, folder: '/', components: components.map() }],
  });
});

afterAll(async () => {
  await router.close();
  components.close();
});

const post = (path: string, body: object, headers = {}) =>
  fetch(`${router.url}/api/v1.0/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

it('serves an experiment as its manifest starts it', async () => {
  expect((await fetch(`${router.url}/ready`)).status).toBe(200);
  const taken = new Map<string | null, number>();
  for (let i = 0; i < 200; i++) {
    const answer = await post('predictions', { data: { ndarray: [[i]] } });
    expect(await answer.json()).toEqual({ data: { ndarray: [[i]] } });
    const route = answer.headers.get('switchyard-route');
    taken.set(route, (taken.get(route) ?? 0) + 1);
  }
  expect(taken.size).toBe(2);
  expect(Math.min(...taken.values())).toBeGreaterThan(60);
});

it('gives a request its arm again', async () => {
  const headers = { 'seldon-puid': 'the-same' };
  const routes = await Promise.all(
    Array.from({ length: 10 }, async () => (await post('predictions', {}, headers)).headers),
  );
  expect(new Set(routes.map((answer) => answer.get('switchyard-route'))).size).toBe(1);
});

it('refuses a reward, which it could only lose, and says why', async () => {
  const answer = await post('predictions', { data: { ndarray: [[1]] } });
  const receipt = answer.headers.get('switchyard-receipt');
  const refused = await post('feedback', { receipt, value: 1 });
  expect(refused.status).toBe(503);
  expect(JSON.stringify(await refused.json())).toMatch(/DATABASE_URL and REDIS_URL are not set/);
});

it('outlives a promise that a class leaves behind', async () => {
  const folder = scratchFolder();
  const good = `export default class { predict(x) { void Promise.reject(new Error('left behind')); return x; } }`;
  writeFileSync(join(folder.path, 'good.mjs'), good);
  writeFileSync(join(folder.path, 'components.yaml'), 'good: { class: ./good.mjs }');
  const file = join(folder.path, 'deployment.yaml');
  writeFileSync(file, deploymentYaml('stray', '{ name: good, type: MODEL, children: [] }'));
  const args = ['router', '-f', file, '--port', '0', '--grpc-port', '0'];
  const process = new CliProcess(args, { cwd: folder.path });
  const [, url] = await process.says(/router listens on (\S+),/);
  const predict = () =>
    fetch(`${url}/api/v1.0/predictions`, { method: 'POST', body: '{"data":{"ndarray":[[1]]}}' });
  expect((await predict()).status).toBe(200);
  await process.complains(/nobody waits for[\s\S]*left behind/);
  expect((await predict()).status).toBe(200);
  expect((await process.kill('SIGTERM')).status).toBe(0);
  folder.remove();
});

it('follows a graph that changes, with every choice that can stay', async () => {
  const three = AB_GRAPH.replace('[', '[{ name: good, type: MODEL, children: [] }, ');
  const filesOf = (graph: string) => ({
    'deployment.yaml': deploymentYaml('lonely', graph, { timeoutMs: 20_000 }),
    'components.yaml': components.yaml(),
  });
  const volume = new ConfigVolume(filesOf(AB_GRAPH));
  const env = { SWITCHYARD_DEPLOYMENT: volume.of('deployment.yaml'), SWITCHYARD_RELOAD: 'yes' };
  const following = await startRouter({ ...(await loadRouterConfig(env)), port: 0, grpcPort: undefined });
  const routes = () =>
    Promise.all(
      Array.from({ length: 60 }, async (_, n) => {
        const headers = { 'content-type': 'application/json', 'seldon-puid': `unit-${n}` };
        const answer = await fetch(`${following.url}/api/v1.0/predictions`, {
          method: 'POST',
          headers,
          body: '{}',
        });
        expect([answer.status, await answer.text()]).toEqual([200, '{}']);
        return answer.headers.get('switchyard-route');
      }),
    );
  const before = await routes();
  volume.put(filesOf(three));
  let after = await routes();
  while (!after.includes('router=good')) after = await routes();
  expect(after.filter((route, n) => route !== 'router=good' && route !== before[n])).toEqual([]);
  await following.close();
  volume.remove();
});

it('keeps to its own weights when a graph with others cannot be served', async () => {
  const graphOf = (weights: string, ...names: string[]) => {
    const children = names.map((name) => ({ name, type: 'MODEL' }));
    const parameters = [{ name: 'weights', type: 'STRING', value: weights }];
    return JSON.stringify({ name: 'router', implementation: 'WEIGHTED', children, parameters });
  };
  const filesOf = (graph: string) => ({
    'deployment.yaml': deploymentYaml('weighted', graph),
    'components.yaml': components.yaml().replace(/"good":\{[^}]*\}/, '"good":{"class":"./missing.mjs"}'),
  });
  const volume = new ConfigVolume(filesOf(graphOf('1,0', 'model-a', 'model-b')));
  const env = { SWITCHYARD_DEPLOYMENT: volume.of('deployment.yaml'), SWITCHYARD_RELOAD: 'true' };
  const following = await startRouter({ ...(await loadRouterConfig(env)), port: 0, grpcPort: undefined });
  const route = async () => {
    const url = `${following.url}/api/v1.0/predictions`;
    const answer = await fetch(url, { method: 'POST', headers: JSON_TYPE, body: '{}' });
    return answer.headers.get('switchyard-route');
  };
  const refused = async () => {
    const answer = await fetch(`${following.url}/switchyard/graph`);
    return ((await answer.json()) as { refused: string | null }).refused;
  };
  expect(await route()).toBe('router=model-a');
  volume.put(filesOf(graphOf('0,1,0', 'model-a', 'model-b', 'good')));
  while ((await refused()) === null) await sleep(50);
  expect(await refused()).toMatch(/missing.mjs/);
  // Experiments are looked at once a second.
  await sleep(2500);
  expect(await Promise.all(Array.from({ length: 20 }, route))).toEqual(Array(20).fill('router=model-a'));
  await following.close();
  volume.remove();
});
