import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { FirstDay } from './first-day.js';
import { buildImages } from './images.js';
import type { Load } from './load.js';
import { missingNode, NodeCluster } from './node-cluster.js';

/** Predictions a second; every second one is rewarded, which makes 200 requests a second. */
const RATE = 134;
const SERVICE = 'ab-test-ab-test-deployment';
const EXPERIMENT = 'models.ab-test.ab-test-deployment.router';
const SECONDS = 1000;
const suite = missingNode === null ? describe : describe.skip;

/** To the terminal at once: the whole takes minutes. */
const say = (line: string) => process.stderr.write(`  ${new Date().toISOString().slice(11, 19)} ${line}\n`);

suite(`the first day on a real node${missingNode === null ? '' : `: ${missingNode}`}`, () => {
  let day: FirstDay;
  let load: Load;

  beforeAll(async () => {
    const cluster = await timed('a cluster', () => NodeCluster.up());
    day = new FirstDay(cluster);
    await timed('what an earlier run left is removed', () => day.clear());
    const images = await timed('images built and loaded', () => buildImages(cluster));
    await timed('helm install --wait', () => day.install(images));
  });

  afterAll(() => load?.stop());

  it('serves the A/B deployment with a router of its own', async () => {
    say(`kubectl apply to Available: ${seconds(await day.apply(manifest('deployment')))}`);
    say(await day.models(['get', 'sdep']));
    load = await day.load(SERVICE, RATE);
    await during('10 s of load', () => sleep(10 * SECONDS));
    expect(Object.keys(load.report.routes).sort()).toEqual(['router=model-a', 'router=model-b']);
  });

  it("lets Switchyard choose in place of the router's container", async () => {
    await during("Switchyard's router", async () => {
      say(`Available again after ${seconds(await day.apply(manifest('experiment')))}`);
      await sleep(5 * SECONDS);
    });
  });

  it('changes the weights by the admin API', async () => {
    const { etag } = await day.admin('GET', `/experiments/${EXPERIMENT}`);
    const weights = { 'model-a': 0.1, 'model-b': 0.9 };
    expect(await day.admin('PATCH', `/experiments/${EXPERIMENT}`, { weights }, etag!)).toMatchObject({
      status: 200,
    });
    await sleep(5 * SECONDS);
    const before = { ...load.report.routes };
    await during('weights 0.1 and 0.9', () => sleep(10 * SECONDS));
    const [a, b] = ['router=model-a', 'router=model-b'].map(
      (route) => load.report.routes[route]! - before[route]!,
    ) as [number, number];
    // Of about 2,000 choices: 0.1 within 5 standard errors.
    expect(Math.abs(a / (a + b) - 0.1)).toBeLessThan(5 * Math.sqrt((0.1 * 0.9) / (a + b)));
  });

  it('adds a third model, and keeps the evidence of the others', async () => {
    const before = await evidence();
    await during('a third model', async () => {
      say(`Available again after ${seconds(await day.apply(withModels(['model-c'], '0.2,0.4,0.4')))}`);
      await chosen('model-c');
    });
    const after = await evidence();
    for (const [arm, count] of Object.entries(before)) expect(after[arm]).toBeGreaterThanOrEqual(count);
  });

  it('replaces nothing for a model more where components have pods of their own', async () => {
    await during('pods of their own', async () => {
      const manifest = apart(withModels(['model-c'], '0.2,0.4,0.4'));
      say(`Available again after ${seconds(await day.apply(manifest))}`);
      await sleep(30 * SECONDS);
    });
    const before = (await day.pods()).map(({ metadata }) => metadata.uid);
    await during('a fourth model', async () => {
      const manifest = apart(withModels(['model-c', 'model-d'], '0.1,0.3,0.3,0.3'));
      say(`Available again after ${seconds(await day.apply(manifest))}`);
      await chosen('model-d');
    });
    const after = (await day.pods()).map(({ metadata }) => metadata.uid);
    expect(after).toEqual(expect.arrayContaining(before));
    expect(after.length).toBeGreaterThan(before.length);
  });

  it('rolls the routers', () => during('kubectl rollout restart', () => day.restartRouters()));

  it('deletes a router and kills a trainer', async () => {
    await during('a router and a trainer gone', async () => {
      const [router] = await day.routers();
      await day.models(['delete', 'pod', router!, '--wait=false']);
      await day.system(['delete', await day.aTrainer(), '--grace-period=0', '--force']);
      await day.settled('trainer');
      await sleep(20 * SECONDS);
    });
  });

  it('has failed no request, and verifies the ledger', async () => {
    const { predictions, rewards, failed, reasons } = await load.stop();
    say(`${predictions} predictions, ${rewards} rewards, ${failed} failed`);
    expect({ failed, reasons }).toEqual({ failed: 0, reasons: {} });
    const verification = await day.verified();
    say(JSON.stringify(verification));
    expect(verification).toMatchObject({ equal: true, decisions: predictions, rewards });
  });

  /** Clients go on with connections that they have until the routers of before end. */
  async function chosen(model: string): Promise<void> {
    while (load.report.routes[`router=${model}`] === undefined) await sleep(SECONDS);
  }

  /** Says how the load fared meanwhile. */
  async function during(what: string, work: () => Promise<void>): Promise<void> {
    const before = load.report;
    const started = performance.now();
    await work();
    const { predictions, rewards, failed, reasons, p50, p99 } = load.report;
    const sent = predictions + rewards - before.predictions - before.rewards;
    const time = seconds(performance.now() - started);
    say(
      `${what}: ${time}, ${sent} requests, ${failed - before.failed} failed, p50 ${p50} ms, p99 ${p99} ms at its end`,
    );
    if (failed > before.failed) say(JSON.stringify(reasons));
  }

  /** Rewards that were counted for each arm. */
  async function evidence(): Promise<Record<string, number>> {
    const { body } = await day.admin('GET', `/experiments/${EXPERIMENT}`);
    const arms = body.arms as { id: string; rewards: number }[];
    return Object.fromEntries(arms.map(({ id, rewards }) => [id, rewards]));
  }
});

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  const result = await work();
  say(`${what}: ${seconds(performance.now() - started)}`);
  return result;
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / SECONDS).toFixed(1)} s`;
}

// biome-ignore lint/suspicious/noExplicitAny: a manifest as it is written
function manifest(name: 'deployment' | 'experiment'): any {
  return parse(readFileSync(`examples/ab-test/${name}.yaml`, 'utf8'));
}

/** The experiment with models more, of the image of the second. */
function withModels(names: readonly string[], weights: string): ReturnType<typeof manifest> {
  const deployment = manifest('experiment');
  const [predictor] = deployment.spec.predictors;
  const { containers } = predictor.componentSpecs[0].spec;
  const router = predictor.graph.children[0];
  const [, second] = router.children;
  for (const name of names) {
    containers.push({ ...containers[2], name });
    router.children.push({ ...second, name });
  }
  router.parameters[0].value = weights;
  return deployment;
}

function apart(deployment: ReturnType<typeof manifest>): ReturnType<typeof manifest> {
  deployment.spec.predictors[0].annotations = { 'switchyard.io/pod-per-component': 'true' };
  return deployment;
}
