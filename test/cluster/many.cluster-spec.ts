import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CliProcess } from '../cli-process.js';
import { missing, type Resource, TestNamespace } from './test-cluster.js';

/** How many deployments; 500 take some minutes. */
const COUNT = Number(process.env.SWITCHYARD_TEST_DEPLOYMENTS ?? 60);
/** A graph, a Deployment, a predictor's Service and those of two containers. */
const OBJECTS = 5;
const suite = missing === null ? describe : describe.skip;

suite(`the operator, with ${COUNT} deployments${missing === null ? '' : `: ${missing}`}`, () => {
  let space: TestNamespace;
  let operator: CliProcess;
  let url: string;

  beforeAll(async () => {
    space = await TestNamespace.create();
    operator = await space.operator();
    [, url] = (await operator.says(/(http:\S+)/)) as unknown as [string, string];
  });

  afterAll(async () => {
    await space?.remove();
  });

  it('makes every object once, and writes a status when it changes', async () => {
    const start = performance.now();
    const calls = await metric('switchyard_operator_api_calls_total', 'method="PATCH"');
    await space.apply({ apiVersion: 'v1', kind: 'List', items: Array.from({ length: COUNT }, deployment) });
    await space.eventually(
      () => metric('switchyard_operator_deployments', 'state="Available"'),
      (available) => available === COUNT,
    );
    const seconds = (performance.now() - start) / 1000;
    const patches = (await metric('switchyard_operator_api_calls_total', 'method="PATCH"')) - calls;
    const memory = (await metric('process_resident_memory_bytes', '')) / 1024 ** 2;
    const reconciled = await metric('switchyard_operator_reconcile_seconds_count', '');
    process.stdout.write(
      `${COUNT} deployments: ${seconds.toFixed(1)} s from apply to Available, ${(patches / COUNT).toFixed(1)} writes each, ${(patches / reconciled).toFixed(1)} writes each time one was looked at, ${memory.toFixed(0)} MiB\n`,
    );
    // Its objects, and the status when it is created, when its pods come, and when they answer.
    expect(patches / COUNT).toBeLessThanOrEqual(OBJECTS + 4);
    expect(await metric('switchyard_operator_reconcile_seconds_count', 'result="failed"')).toBe(0);
  });

  it('makes no call for what has not changed', async () => {
    const before = await writes();
    const looked = await metric('switchyard_operator_reconcile_seconds_count', '');
    const all = await space.names('sdep');
    await space.kubectl(['annotate', 'sdep', ...all.slice(0, 20), 'looked=at']);
    await space.eventually(
      () => metric('switchyard_operator_reconcile_seconds_count', ''),
      (now) => now >= looked + 20,
    );
    expect((await writes()) - before).toBe(0);
  });

  it('leaves nothing when all are deleted', async () => {
    await space.kubectl(['delete', 'sdep', '--all']);
    await space.eventually(
      () => space.names('deployments,services,pods'),
      (names) => names.length === 0,
    );
    expect(await metric('switchyard_operator_deployments', 'state="Available"')).toBe(0);
  });

  function writes(): Promise<number> {
    return metric('switchyard_operator_api_calls_total', 'method="PATCH"');
  }

  /** The sum of a metric's values under these labels. */
  async function metric(name: string, labels: string): Promise<number> {
    const text = await (await fetch(`${url}/metrics`)).text();
    const lines = text.split('\n').filter((line) => line.startsWith(name) && line.includes(labels));
    return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
  }
});

function deployment(_: unknown, index: number): Resource {
  const names = ['transformer', 'model'];
  const containers = names.map((name) => ({ name, image: 'registry.example/model:1' }));
  const children = [{ name: 'model', type: 'MODEL', children: [] }];
  return {
    apiVersion: 'machinelearning.seldon.io/v1',
    kind: 'SeldonDeployment',
    metadata: { name: `many-${index}` } as Resource['metadata'],
    spec: {
      predictors: [
        {
          name: 'main',
          componentSpecs: [{ spec: { containers } }],
          graph: { name: 'transformer', type: 'TRANSFORMER', children },
        },
      ],
    },
  };
}
