import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { parseManifests } from '#graph';
import { readRenderOptions, render } from '#kubernetes';
import { testDatabase, testRedisUrl } from '#testing';
import { CliProcess } from './cli-process.js';
import { Components } from './router-stack.js';

interface Engine {
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
}

const components = new Components();
/** What the ConfigMap is in the pod. */
const folder = mkdtempSync(join(tmpdir(), 'switchyard-graph-'));
let engine: CliProcess;
let url: string;

beforeAll(async () => {
  await components.start();
  const objects = render(parseManifests(manifest(portOf(components)))[0]!, readRenderOptions({}));
  const { data } = objects.find(({ kind }) => kind === 'ConfigMap') as unknown as {
    data: Record<string, string>;
  };
  for (const [name, text] of Object.entries(data)) writeFileSync(join(folder, name), text);
  const { args, env } = engineOf(objects);
  engine = new CliProcess(args, { cwd: folder, env: await environment(env) });
  const [, port] = await engine.says(/router listens on \S+:(\d+)/);
  url = `http://127.0.0.1:${port}`;
});

afterAll(async () => {
  await engine.kill('SIGTERM');
  components.close();
  rmSync(folder, { recursive: true });
});

it('serves the graph that was rendered for it, with the arguments and variables of its container', async () => {
  const answer = await predict('');
  expect(await answer.json()).toMatchObject({ data: { ndarray: [[1]] } });
  expect(components.calls.map(({ path }) => path)).toEqual(['/transform-input', '/predict']);
});

it('takes the whole public path, which an Ingress does not shorten', async () => {
  expect((await predict('/seldon/models/rendered')).status).toBe(200);
});

it('answers on the paths of its probes', async () => {
  for (const path of ['/ready', '/live']) expect((await fetch(`${url}${path}`)).status).toBe(200);
});

function predict(prefix: string): Promise<Response> {
  return fetch(`${url}${prefix}/api/v1.0/predictions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"data":{"ndarray":[[1]]}}',
  });
}

function manifest(port: number): string {
  const ports = `[{name: http, containerPort: ${port}}]`;
  return `
apiVersion: machinelearning.seldon.io/v1
kind: SeldonDeployment
metadata: {name: rendered, namespace: models}
spec:
  predictors:
  - name: main
    componentSpecs:
    - spec:
        containers:
        - {name: transformer, image: 'registry.example/t:1', ports: ${ports}}
        - {name: model, image: 'registry.example/m:1', ports: ${ports}}
    graph: {name: transformer, type: TRANSFORMER, children: [{name: model, type: MODEL}]}
`;
}

function portOf(started: Components): number {
  const [entry] = started.map().values();
  return Number(new URL((entry as { url: string }).url).port);
}

function engineOf(objects: ReturnType<typeof render>): Engine {
  const { spec } = objects.find(({ kind }) => kind === 'Deployment') as unknown as {
    spec: { template: { spec: { containers: (Engine & { name: string })[] } } };
  };
  return spec.template.spec.containers.find(({ name }) => name === 'seldon-container-engine')!;
}

/** With the folder in place of the mounted one, a free port, and what the Secret has. */
async function environment(env: Engine['env']): Promise<Record<string, string>> {
  const rendered = Object.fromEntries(
    env.map(({ name, value }) => [
      name,
      value.replace(/^\/(etc\/switchyard|tmp\/artefacts|var\/lib\/switchyard-snapshot)/, folder),
    ]),
  );
  return {
    ...rendered,
    SWITCHYARD_PORT: '0',
    SWITCHYARD_GRPC_PORT: '0',
    DATABASE_URL: await testDatabase(),
    REDIS_URL: testRedisUrl(),
    SWITCHYARD_RECEIPT_KEY: '07'.repeat(32),
  };
}
