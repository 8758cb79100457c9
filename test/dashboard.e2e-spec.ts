import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { testDatabase, testRedisUrl } from '#testing';
import { startTrainer } from '#trainer';
import { AB_GRAPH, Components, deploymentYaml, type Stack, startStack } from './router-stack.js';

interface Dashboard {
  readonly panels: readonly {
    readonly title: string;
    readonly targets: readonly { readonly expr: string }[];
  }[];
  readonly templating: { readonly list: readonly { readonly query: string | { readonly query: string } }[] };
}

const METRIC = /\b(?:switchyard|seldon)_[a-z_]+/g;
/** What Prometheus adds itself. */
const ADDED = ['le', 'pod'];

const { panels, templating }: Dashboard = JSON.parse(
  readFileSync('charts/switchyard/dashboards/switchyard.json', 'utf8'),
);
const queries = [
  ...panels.flatMap(({ title, targets }) => targets.map(({ expr }) => [title, expr] as const)),
  ...templating.list.flatMap(({ query }) =>
    typeof query === 'string' ? [] : [['variable', query.query] as const],
  ),
];

const components = new Components();
let stack: Stack;
let labels: ReadonlyMap<string, ReadonlySet<string>>;

beforeAll(async () => {
  await components.start();
  stack = await startStack(deploymentYaml('shown', AB_GRAPH), components.map());
  const predicted = await post('predictions', { data: { ndarray: [[1]] } });
  await post('feedback', { receipt: predicted.headers.get('switchyard-receipt'), value: 1 });
  await post('feedback', { decision: 'unknown', value: 'no number' });
  labels = labelsOf((await exposed(stack.router.url)) + (await exposedByTrainer()));
});

afterAll(async () => {
  await stack.close();
  components.close();
});

it.each(queries)('%s asks for what is exposed: %s', (_, query) => {
  const metrics = query.match(METRIC) ?? [];
  expect(metrics.length).toBeGreaterThan(0);
  for (const metric of metrics) {
    const known = labels.get(metric);
    expect([metric, known !== undefined]).toEqual([metric, true]);
    if (known!.size > 0)
      expect([...known!, ...ADDED]).toEqual(expect.arrayContaining(grouped(query, metric)));
  }
});

function post(path: string, body: unknown): Promise<Response> {
  const headers = { 'content-type': 'application/json' };
  return fetch(`${stack.router.url}/api/v1.0/${path}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  });
}

async function exposed(url: string): Promise<string> {
  return (await fetch(`${url}/metrics`)).text();
}

async function exposedByTrainer(): Promise<string> {
  const status = { host: '127.0.0.1', port: 0 };
  const trainer = await startTrainer({ databaseUrl: await testDatabase(), redisUrl: testRedisUrl(), status });
  const text = await exposed(`http://127.0.0.1:${trainer.statusPort}`);
  await trainer.close();
  return text;
}

/** The labels of each metric; none for one that has been declared and not yet counted. */
function labelsOf(text: string): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const [, name] of text.matchAll(/^# TYPE (\S+)/gm)) found.set(name!, new Set());
  for (const [, name, inner = ''] of text.matchAll(/^([a-z_]+)(?:\{(.*)\})? \S+$/gm)) {
    const known = found.get(name!) ?? new Set();
    for (const [, label] of inner.matchAll(/([a-z_]+)="/g)) known.add(label!);
    found.set(name!, known);
  }
  return found;
}

/** The labels by which a query chooses and groups a metric. */
function grouped(query: string, metric: string): string[] {
  const by = [...query.matchAll(/by \(([^)]*)\)/g)].flatMap(([, list]) => list!.split(/, ?/));
  const chosen = query.split(metric)[1]!.match(/^\{([^}]*)\}/)?.[1] ?? '';
  const variable = /^label_values\([^,]+, (\w+)\)$/.exec(query)?.[1];
  return [
    ...by,
    ...[...chosen.matchAll(/(\w+)[=!]~?"/g)].map(([, name]) => name!),
    ...(variable ? [variable] : []),
  ];
}
