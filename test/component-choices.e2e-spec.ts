import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startAdmin } from '#admin';
import { type Decision, ExperimentStore, Ledger, ReceiptSigner } from '#experiments';
import type { RouterConfig } from '#router';
import { type RunningTrainer, startTrainer } from '#trainer';
import { startHost } from './component-host.js';
import { Components, deploymentYaml, INJECT, type Stack, startStack } from './router-stack.js';

/** A ROUTER whose choice a component of the user makes: hosted over REST, in this process, or built in. */

const MODELS = '[{ name: model-a, type: MODEL, children: [] }, { name: model-b, type: MODEL, children: [] }]';
const CHOOSER = `{ name: chooser, type: ROUTER, children: ${MODELS} }`;
const file = resolve('test/own-routers.ts');
const signer = new ReceiptSigner(Buffer.alloc(32, 7));

const models = new Components();
let host: Awaited<ReturnType<typeof startHost>>;
let stack: Stack;
let trainer: RunningTrainer;

beforeAll(async () => {
  await models.start();
  const identity = { unit: 'chooser', image: 'img:1', deployment: 'd', predictor: 'p', predictorVersion: '' };
  host = await startHost('Stating', { file, serviceType: 'ROUTER', identity });
  stack = await startStack(deploymentYaml('own', CHOOSER, { env: INJECT }), hosted());
  trainer = await startTrainer({ ...stack.urls, intervals: { fold: 10 } });
});

afterAll(async () => {
  await trainer?.close();
  await stack?.close();
  await host?.close();
  models.close();
});

function hosted(): RouterConfig['deployments'][number]['components'] {
  return new Map([...models.map(), ['chooser', { kind: 'url', url: host.url }]]);
}

async function send(url: string, service: string, body: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(`${url}/api/v1.0/${service}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  const receipt = response.headers.get('switchyard-receipt');
  return {
    status: response.status,
    reward: response.headers.get('switchyard-reward'),
    decisions: receipt === null ? [] : signer.open(receipt),
    // biome-ignore lint/suspicious/noExplicitAny: the tests say what they expect in it
    json: (await response.json()) as any,
  };
}

const request = (row: unknown[], meta = {}) => ({ data: { ndarray: [row] }, meta });
const predict = (row: unknown[], meta = {}) => send(stack.router.url, 'predictions', request(row, meta));
const feedback = (body: unknown) => send(stack.router.url, 'feedback', body);

async function decisionOf(...args: Parameters<typeof predict>): Promise<Decision> {
  const { decisions } = await predict(...args);
  expect(decisions).toHaveLength(1);
  return decisions[0]!;
}

/** The component's reply to feedback: the sum of the rewards that it got. */
const learned = (sum: number) => ({ data: { ndarray: [sum] } });

async function until<T>(look: () => Promise<T | false>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== false) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe("the choice of a user's component", () => {
  it('is a decision, with the propensity that the component states', async () => {
    expect(await decisionOf([1, 0.25])).toMatchObject({
      experimentId: stack.experiments[0]!.id,
      revision: 1,
      arm: 'model-b',
      propensity: 0.25,
      probabilities: [null, null],
    });
    expect(await decisionOf([0, 1])).toMatchObject({ arm: 'model-a', propensity: 1 });
  });

  it.each([0, -0.5, 1.5, 'often', null])('has no known propensity where %j is stated', async (stated) => {
    expect(await decisionOf([1, stated])).toMatchObject({ arm: 'model-b', propensity: null });
  });

  it("has none where the client's own request states one", async () => {
    const tags = { 'switchyard.propensity': 1 };
    expect(await decisionOf([1, 1], { tags })).toMatchObject({ arm: 'model-b', propensity: null });
  });

  it('is none where all children are asked, or none', async () => {
    for (const route of [-1, -2]) {
      expect(await predict([route, 1])).toMatchObject({ status: 200, decisions: [] });
    }
  });

  it('is stored, and its rewards are counted per arm and reach the component', async () => {
    const [before] = await stack.storage.get(ExperimentStore).list();
    const { json } = await predict([1, 0.25]);
    await predict([1]);
    // As Seldon's notebooks do it: the whole answer comes back.
    const sent = { request: request([1]), response: json, reward: 7 };
    expect(await feedback(sent)).toMatchObject({ status: 200, reward: 'recorded', json: learned(7) });
    expect(await feedback(sent)).toMatchObject({ status: 200, reward: 'repeated', json: learned(14) });
    const after = await until(async () => {
      const [experiment] = await stack.storage.get(ExperimentStore).list();
      const arm = experiment!.evidence[1]!;
      return arm.pulls > 0 && arm.decisions >= before!.evidence[1]!.decisions + 2 && arm;
    });
    expect(after).toMatchObject({ arm: 'model-b', pulls: 1, reward: 7, squaredReward: 49 });
    expect(await stack.storage.get(Ledger).verify()).toMatchObject({ equal: true, rewards: 1 });
  });

  it('learns from feedback that names its route and no prediction, which is not recorded', async () => {
    const sent = { request: request([1]), response: { meta: { routing: { chooser: 1 } } }, reward: 1 };
    const unrecorded = { status: 200, reward: 'unrecorded' };
    expect(await feedback(sent)).toMatchObject({ ...unrecorded, json: learned(15) });
    const unknown = { ...sent, response: { meta: { routing: { chooser: 1 }, puid: 'who' } } };
    expect(await feedback(unknown)).toMatchObject({ ...unrecorded, json: learned(16) });
    expect(await feedback({ reward: 1 })).toMatchObject({ status: 422, reward: null });
    expect(await feedback({ decision: 'who', value: 1 })).toMatchObject({ status: 404 });
  });

  it('shows no probability in the metrics, and counts what has no propensity', async () => {
    const text = await (await fetch(`${stack.router.url}/metrics`)).text();
    expect(text).toMatch(
      /switchyard_decisions_total\{experiment="default.own.main.chooser",arm="model-b"\} \d/,
    );
    expect(text).toMatch(
      /switchyard_decisions_without_propensity_total\{experiment="default.own.main.chooser"\} [1-9]/,
    );
    expect(text).not.toContain('switchyard_arm_probability{');
  });

  it('cannot be changed over the admin API, which says why and shows no probability', async () => {
    const admin = await startAdmin({ host: '127.0.0.1', port: 0, ...stack.urls, adminKey: 'k'.repeat(20) });
    const url = `${admin.url}/admin/v1/experiments/default.own.main.chooser`;
    const headers = { authorization: `Bearer ${'k'.repeat(20)}`, 'content-type': 'application/json' };
    try {
      expect(await (await fetch(url, { headers })).json()).toMatchObject({
        policy: 'component',
        arms: [{ probability: null }, { probability: null, rewards: 1, mean: 7 }],
      });
      const patch = { method: 'PATCH', headers: { ...headers, 'if-match': '"1"' } };
      const answer = await fetch(url, { ...patch, body: '{"weights":[0.5,0.5]}' });
      expect(answer.status).toBe(422);
      expect(await answer.json()).toMatchObject({
        error: {
          field: 'weights',
          message: expect.stringContaining("the node's own component makes the choice"),
        },
      });
    } finally {
      await admin.close();
    }
  });
});

describe('the choice in this process', () => {
  it.each([
    ['a class that states its propensity', 'type: ROUTER', 'Stating', 0.5],
    ['a class that states it of one request', 'type: ROUTER', 'StatingPerRequest', 0.5],
    ['a class that does not', 'type: ROUTER', 'Silent', null],
    ['SIMPLE_ROUTER', 'implementation: SIMPLE_ROUTER', undefined, 1],
  ])('of %s', async (_what, kind, className, propensity) => {
    const node = className ?? 'simple';
    const yaml = deploymentYaml('here', `{ name: ${node}, ${kind}, children: ${MODELS} }`).replace(
      'containers: [',
      `containers: [{ name: ${node}, image: 'fake:1' }, `,
    );
    const map = new Map([...models.map(), [node, { kind: 'class' as const, file }] as const]);
    if (className === undefined) map.delete(node);
    const here = await startStack(yaml, map);
    try {
      const { decisions } = await send(here.router.url, 'predictions', request([0, 0.5]));
      expect(decisions).toMatchObject([{ arm: 'model-a', propensity, probabilities: [null, null] }]);
    } finally {
      await here.close();
    }
  });
});
