import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type GraphNode, nodesOf, parseDeployments } from '#graph';
import { freePorts, readIfThere } from '#system';
import { unitEnvironment } from '#transport';
import type { PythonEnvironment } from '../python/environment.js';
import { answers, isListening, type Peer, startPeer } from '../python/peer.js';

export const COMPONENTS = fileURLToPath(new URL('./components', import.meta.url));

/** What stands behind a node of these tests, by its name. */
const CLASSES: Readonly<Record<string, string>> = {
  transformer: 'InputTransformer',
  router: 'RandomRouter',
  'model-a': 'ModelInfer',
  'model-b': 'ModelInfer',
  combiner: 'MeanCombiner',
  rounder: 'Rounder',
};

export const WORKERS = 2;

interface Microservice extends Peer {
  readonly url: string;
  readonly grpcUrl: string;
}

/** Running `seldon-core-microservice` processes, one for each node that was asked for. */
export interface PythonComponents {
  /** The base URL of a node's REST server, or of its gRPC server. */
  url(node: string, transport?: 'REST' | 'GRPC'): string;
  /** What the node's class wrote with journal.py, oldest first. */
  journal(node: string): Promise<readonly JournalEntry[]>;
  stop(): Promise<void>;
}

export interface JournalEntry {
  readonly event: 'load' | 'feedback';
  readonly pid: number;
  readonly reward?: number;
  readonly routing?: number | null;
  readonly features?: readonly (readonly number[])[];
}

/**
 * One for every name of a node in these deployments; each gets the variables that Seldon's operator gives its container.
 * It has `WORKERS` processes for REST and one for gRPC.
 */
export async function startPythonComponents(
  python: PythonEnvironment,
  yamls: readonly string[],
): Promise<PythonComponents> {
  const journals = await mkdtemp(join(tmpdir(), 'journals-'));
  const nodes = new Map(yamls.flatMap(nodesIn).map((node) => [node.name, node]));
  const running = new Map<string, Microservice>();
  const started = await Promise.allSettled(
    [...nodes].map(async ([name, node]) => {
      running.set(name, await startMicroservice(python, node, journals));
    }),
  );
  const components: PythonComponents = {
    url: (node, transport = 'REST') => running.get(node)![transport === 'REST' ? 'url' : 'grpcUrl'],
    journal: (node) => readJournal(join(journals, node)),
    stop: async () => {
      await Promise.all([...running.values()].map((microservice) => microservice.stop()));
      await rm(journals, { recursive: true });
    },
  };
  const failed = started.find(({ status }) => status === 'rejected') as PromiseRejectedResult | undefined;
  if (failed === undefined) return components;
  await components.stop();
  throw failed.reason;
}

function nodesIn(yaml: string): readonly GraphNode[] {
  return nodesOf(parseDeployments(yaml)[0]!.predictors[0]!.graph);
}

async function startMicroservice(
  python: PythonEnvironment,
  node: GraphNode,
  journals: string,
): Promise<Microservice> {
  const [http, grpc, metrics] = (await freePorts(3)) as [number, number, number];
  const place = { deployment: 'ab-test', predictor: 'ab-test-deployment', image: 'registry.example/any:1' };
  const serviceType = node.type === 'OUTPUT_TRANSFORMER' ? 'TRANSFORMER' : node.type;
  const url = `http://127.0.0.1:${http}`;
  const peer = await startPeer(
    [
      python.program('seldon-core-microservice'),
      CLASSES[node.name]!,
      ...['--service-type', serviceType, '--workers', String(WORKERS)],
    ],
    {
      folder: COMPONENTS,
      env: {
        ...unitEnvironment(node, place, { http, grpc, metrics }),
        JOURNAL: journals,
        PYTHONDONTWRITEBYTECODE: '1',
      },
      isReady: async () => (await answers(`${url}/health/ping`, 'pong')) && (await isListening(grpc)),
    },
  );
  return { ...peer, url, grpcUrl: `grpc://127.0.0.1:${grpc}` };
}

/** Empty where nothing was written yet. */
async function readJournal(file: string): Promise<JournalEntry[]> {
  const text = (await readIfThere(file)) ?? '';
  return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as JournalEntry]));
}
