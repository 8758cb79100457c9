import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stringify } from 'yaml';
import { testDatabase, testRedisUrl } from '#testing';
import { CliProcess } from '../cli-process.js';
import { Cluster } from '../cluster.js';

const KUBECONFIG = process.env.KUBECONFIG || process.env.SWITCHYARD_TEST_KUBECONFIG;
const CONTROL = process.env.SWITCHYARD_TEST_CLUSTER_CONTROL;

/** Why the tests of this folder cannot run; null where they can. */
export const missing = reasonAgainst();

/** Why the API server cannot be killed; null where it is the tests' own. */
export const notOurs = CONTROL ? null : 'the cluster is not of this run';

export interface Resource {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly creationTimestamp: string;
    readonly ownerReferences?: readonly { readonly kind: string; readonly name: string }[];
  };
  // biome-ignore lint/suspicious/noExplicitAny: tests look at objects of every kind
  readonly [field: string]: any;
}

export interface OperatorSettings {
  readonly stores?: { readonly databaseUrl: string; readonly redisUrl: string };
  readonly args?: readonly string[];
  readonly kubeconfig?: string;
  /** How long it waits for engines that cannot be asked. */
  readonly graphSeconds?: number;
}

/** A namespace of its own in the cluster, and operators that serve it. */
export class TestNamespace {
  private readonly folder = mkdtempSync(join(tmpdir(), 'switchyard-cluster-'));
  private readonly operators: CliProcess[] = [];

  private constructor(
    readonly cluster: Cluster,
    readonly name: string,
  ) {}

  static async create(): Promise<TestNamespace> {
    process.env.KUBECONFIG = KUBECONFIG!;
    const cluster = await Cluster.start();
    const name = `sy-${randomBytes(4).toString('hex')}`;
    await cluster.kubectl(['create', 'namespace', name]);
    return new TestNamespace(cluster, name);
  }

  static async storeUrls() {
    return { databaseUrl: await testDatabase(), redisUrl: testRedisUrl() };
  }

  /** Ends what a failed test left running. */
  async remove(): Promise<void> {
    await Promise.all(this.operators.map((operator) => operator.kill('SIGKILL')));
    rmSync(this.folder, { recursive: true, force: true });
    await this.cluster.kubectl(['delete', 'namespace', this.name, '--wait=false']);
  }

  kubectl(args: readonly string[], input = ''): Promise<string> {
    return this.cluster.kubectl(['-n', this.name, ...args], input);
  }

  /** The process of an operator for this namespace, which has said that it runs. */
  async operator({
    stores,
    args = [],
    kubeconfig = KUBECONFIG!,
    graphSeconds = 2,
  }: OperatorSettings = {}): Promise<CliProcess> {
    const flags = ['--namespace', this.name, '--lease-namespace', this.name, '--port', '0'];
    const process = new CliProcess(['operator', ...flags, '--set', 'route=none', ...args], {
      cwd: this.folder,
      env: {
        KUBECONFIG: kubeconfig,
        SWITCHYARD_OPERATOR_GRAPH_SECONDS: String(graphSeconds),
        ...(stores && { DATABASE_URL: stores.databaseUrl, REDIS_URL: stores.redisUrl }),
      },
    });
    this.operators.push(process);
    await process.says(/operator serves/);
    return process;
  }

  /** The path of a file with this content, which goes with the namespace. */
  file(name: string, content: string): string {
    const path = join(this.folder, name);
    writeFileSync(path, content);
    return path;
  }

  async apply(manifest: unknown): Promise<void> {
    const text = typeof manifest === 'string' ? manifest : stringify(manifest);
    await this.kubectl(['apply', '-f', '-'], text);
  }

  /** Waits until the deployment has this state for its present manifest. */
  async hasState(name: string, state: string): Promise<Resource> {
    return this.eventually(
      () => this.get('sdep', name),
      ({ metadata, status }) =>
        status?.state === state &&
        status.observedGeneration === (metadata as { generation?: number }).generation,
    );
  }

  async get(kind: string, name: string): Promise<Resource> {
    return JSON.parse(await this.kubectl(['get', kind, name, '-o', 'json'])) as Resource;
  }

  async list(kinds: string): Promise<Resource[]> {
    return (JSON.parse(await this.kubectl(['get', kinds, '-o', 'json'])) as { items: Resource[] }).items;
  }

  async names(kinds: string): Promise<string[]> {
    return (await this.list(kinds)).map(({ metadata }) => metadata.name).sort();
  }

  /** The Events about a deployment, as `reason: message`. */
  async events(deployment: string): Promise<string[]> {
    const events = await this.list('events');
    return events
      .filter(({ involvedObject }) => involvedObject.name === deployment)
      .map(({ reason, message }) => `${reason}: ${message}`);
  }

  /** Waits until an Event about the deployment says this. */
  toldOf(deployment: string, pattern: RegExp): Promise<string[]> {
    return this.eventually(
      () => this.events(deployment),
      (events) => events.some((event) => pattern.test(event)),
    );
  }

  /** Looks until it is as expected; what was looked at last is in the failure of a test that waits in vain. */
  async eventually<T>(look: () => Promise<T>, isExpected: (seen: T) => boolean): Promise<T> {
    for (let i = 0; i < 300; i++) {
      const seen = await look();
      if (isExpected(seen)) return seen;
      await sleep(200);
    }
    throw new Error(`not as expected: ${JSON.stringify(await look(), null, 1)}`);
  }
}

/** Kills or starts the API server; after a start it answers. */
export async function apiServer(action: 'kill' | 'start'): Promise<void> {
  await fetch(`${CONTROL}/${action}`, { method: 'POST' });
  if (action === 'kill') return;
  const cluster = await Cluster.start();
  for (let i = 0; i < 200; i++) {
    if ((await cluster.tried(['get', '--raw', '/readyz'])).status === 0) return;
    await sleep(100);
  }
}

function reasonAgainst(): string | null {
  if (!KUBECONFIG) return 'KUBECONFIG names no cluster, and the tool that makes one has not been built';
  try {
    execFileSync('kubectl', ['version', '--client'], { stdio: 'ignore' });
    return null;
  } catch {
    return 'there is no kubectl';
  }
}
