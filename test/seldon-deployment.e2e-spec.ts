import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { startHost } from './component-host.js';
import type { ComponentEntry } from './protocol-deployments.js';
import { RECORDED_SERVERS } from './recorded-servers.js';
import { startStack } from './router-stack.js';
import { readVectors, type Vector, vectorsFile } from './seldon-vectors.js';

interface Node {
  readonly name: string;
  readonly type?: string;
  readonly image?: string;
  readonly children?: readonly Node[];
}

interface Answer {
  readonly status: number;
  /** Whole. */
  readonly body?: unknown;
  /** Of its fields; `meta.tags` whole. */
  readonly subset?: unknown;
}

/** By case: each node's class in deployment-classes.ts, as the case describes it. */
const CLASSES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'doc-mock-classifier': { classifier: 'MeanClassifier' },
  'doc-runtime-tags-metrics': { 'my-model': 'RuntimeTagsAndMetrics' },
  'test-tags-chain': { 'model-one': 'ModelOne', 'model-two': 'ModelTwo' },
  'test-tags-combiner': { combiner: 'TagCombiner', 'model-one': 'ModelOne', 'model-two': 'ModelTwo' },
  'test-s2i-output-transformer': { transformer: 'PlusOne', model: 'PlusOne' },
  'test-s2i-router': { router: 'RouteZero', model: 'PlusOne' },
  'test-s2i-combiner': { combiner: 'PlusOne', model: 'PlusOne' },
  'test-non200': { model: 'Refusing' },
  'doc-sklearn-iris': { classifier: 'RecordedIris' },
  'doc-model-metadata': { 'my-model': 'Described' },
  'doc-egreedy-loop': {
    'classifier-1': 'MeanClassifier',
    'classifier-2': 'MeanClassifier',
    'classifier-3': 'MeanClassifier',
  },
};

/** Nodes whose image the prose names and the case does not; Seldon's own bandit becomes an experiment. */
const IMAGES: Readonly<Record<string, string>> = { 'eg-router': 'seldonio/mab_epsilon_greedy:1.6.0' };

/** Cases in which we answer otherwise on purpose. */
const DEVIATIONS: Readonly<Record<string, { readonly reason: string; readonly answer: Answer }>> = {
  'doc-runtime-tags-metrics': {
    reason:
      'meta.requestPath names the image, as in the cases recorded from the wrapper; the notebook shows none',
    answer: {
      status: 200,
      body: {
        data: { names: ['t:0', 't:1', 't:2'], ndarray: [[1, 2, 3]] },
        meta: {
          metrics: [
            { key: 'requests_counter', type: 'COUNTER', value: 1 },
            { key: 'instance_counter', type: 'COUNTER', value: 1 },
          ],
          requestPath: { 'my-model': 'own:1' },
          tags: { runtime: 'tag', shared: 'right one', static: 'tag' },
        },
      },
    },
  },
  'doc-sklearn-iris': {
    reason: 'meta.requestPath names the image, as in the cases recorded from the wrapper',
    answer: {
      status: 200,
      body: {
        data: {
          names: ['t:0', 't:1', 't:2'],
          ndarray: [[9.912315378486718e-7, 0.0007015931307743852, 0.9992974156376878]],
        },
        meta: { requestPath: { classifier: 'own:1' } },
      },
    },
  },
  'test-non200': {
    reason: 'a failure names the node and quotes what the component said; status and reason are its own',
    answer: {
      status: 400,
      subset: {
        status: {
          code: 400,
          info: expect.stringMatching(/^model: POST .*\/predict: it answered 400: .*exception caught/),
          reason: 'exception message',
          status: 'FAILURE',
        },
      },
    },
  },
  'doc-egreedy-loop': {
    reason: 'a reward is for a known prediction; the whole response, which the notebook sends, names it',
    answer: { status: 422, subset: { status: { reason: 'UNIDENTIFIED_FEEDBACK' } } },
  },
};

/** A server's node needs one, and not every case has kept it; the servers of these tests read none. */
const MODEL_URI = 'gs://seldon-models/left-out';

const OWN_IMAGE = 'own:1';

interface Running {
  readonly url: string;
  close(): Promise<void>;
}

/** The deployment of a case: a real router in front of its components, each in a real host. */
async function serve({ id, graph }: Vector): Promise<Running> {
  const nodes = nodesOf(graph);
  const hosts = await Promise.all(nodes.flatMap((node) => hostOf(id, node)));
  const recorded = RECORDED_SERVERS[id]?.();
  await recorded?.server.start();
  const components = new Map<string, ComponentEntry>(
    hosts.map(({ name, host }) => [name, { kind: 'url', url: host.url }]),
  );
  if (recorded) components.set(recorded.node, { kind: 'url', url: recorded.server.url, ...recorded.spoken });
  const stack = await startStack(deploymentOf(graph, nodes), components);
  return {
    url: stack.router.url,
    close: async () => {
      await stack.close();
      for (const { host } of hosts) await host.close();
      recorded?.server.close();
    },
  };
}

function nodesOf(node: Node): Node[] {
  return [node, ...(node.children ?? []).flatMap(nodesOf)];
}

function hostOf(id: string, { name, type = 'MODEL', image = OWN_IMAGE }: Node) {
  const className = CLASSES[id]?.[name];
  if (className === undefined) return [];
  const file = resolve('test/deployment-classes.ts');
  const identity = { unit: name, image, deployment: 'd', predictor: 'p', predictorVersion: '' };
  const serviceType = type as 'MODEL';
  return [startHost(className, { file, identity, serviceType }).then((host) => ({ name, host }))];
}

interface Graph extends Node {
  readonly implementation?: string;
  readonly predictor?: unknown;
  readonly protocol?: string;
  readonly spec?: { readonly protocol?: string };
}

function deploymentOf(graph: Graph, nodes: readonly Node[]): string {
  const { predictor, protocol, spec } = graph;
  const containers = nodes.map(({ name, image }) => ({ name, image: IMAGES[name] ?? image ?? OWN_IMAGE }));
  return JSON.stringify({
    apiVersion: 'machinelearning.seldon.io/v1',
    kind: 'SeldonDeployment',
    metadata: { name: 'd', namespace: 'default' },
    spec: {
      protocol: protocol ?? spec?.protocol,
      predictors: [
        {
          name: typeof predictor === 'string' ? predictor : 'p',
          ...(typeof predictor === 'object' ? predictor : {}),
          componentSpecs: [{ spec: { containers } }],
          graph: graph.implementation?.endsWith('_SERVER') ? { modelUri: MODEL_URI, ...graph } : graph,
        },
      ],
    },
  });
}

async function send(
  url: string,
  { method, path, body }: Omit<Vector['request'], 'headers'>,
): Promise<Answer> {
  const headers = { 'content-type': 'application/json' };
  const init = method === 'GET' ? { method } : { method, headers, body: JSON.stringify(body) };
  const response = await fetch(url + path, init);
  return { status: response.status, body: await response.json() };
}

function check(seen: Answer, { status, body, subset }: Answer): void {
  expect(seen.status).toBe(status);
  if (body !== undefined) expect(seen.body).toEqual(body);
  if (subset !== undefined) expect(seen.body).toMatchObject(subset as object);
  const tags = (subset as { readonly meta?: { readonly tags?: unknown } } | undefined)?.meta?.tags;
  if (tags !== undefined) expect(seen.body).toHaveProperty('meta.tags', tags);
}

async function run<T>(vector: Vector, work: (url: string) => Promise<T>): Promise<T> {
  const running = await serve(vector);
  try {
    return await work(running.url);
  } finally {
    await running.close();
  }
}

const vectors = (await readVectors())?.filter(({ level }) => level === 'deployment') ?? null;

describe("the deployments of Seldon's documentation and tests", () => {
  if (vectors === null) {
    it.skip(`(skipped: ${vectorsFile} is absent)`, () => {});
    return;
  }
  for (const vector of vectors) {
    const { id } = vector;
    const expected = vector.expected as Answer;
    const deviation = DEVIATIONS[id];
    if (deviation !== undefined) {
      it(`${id}, not as there: ${deviation.reason}`, async () => {
        const seen = await run(vector, (url) => send(url, vector.request));
        check(seen, deviation.answer);
        expect(() => check(seen, expected)).toThrow();
      });
    } else {
      it(id, async () => check(await run(vector, (url) => send(url, vector.request)), expected));
    }
  }

  it('are all those that the tables name', () => {
    const named = [...Object.keys(CLASSES), ...Object.keys(RECORDED_SERVERS)].sort();
    expect(vectors.map(({ id }) => id).sort()).toEqual(named);
  });

  it('take the loop of the epsilon-greedy notebook: predict, read the route, send the whole response back', () =>
    run(vectors.find(({ id }) => id === 'doc-egreedy-loop')!, async (url) => {
      const request = { data: { ndarray: [[1, 2, 5]] } };
      for (let round = 0; round < 5; round++) {
        const prediction = { method: 'POST', path: '/api/v1.0/predictions', body: request };
        const { body: response } = await send(url, prediction);
        expect(response).toHaveProperty('meta.routing.eg-router', expect.any(Number));
        const body = { request, response, reward: 1 };
        expect((await send(url, { method: 'POST', path: '/api/v1.0/feedback', body })).status).toBe(200);
      }
    }));
});
