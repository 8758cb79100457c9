import { once } from 'node:events';
import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { stringify } from 'yaml';
import { CHART } from '../helm.js';
import type { Images } from './images.js';
import { Load } from './load.js';
import type { NodeCluster } from './node-cluster.js';

const RELEASE = 'sy';
const SYSTEM = 'switchyard';
const MODELS = 'models';
const ADMIN_KEY = 'first-day-first-day-first-day-123';
const VOLUMES = '/var/tmp/switchyard-test-volumes';
const ENGINE = 'seldon-container-engine';

// biome-ignore lint/suspicious/noExplicitAny: objects of every kind
type Resource = Record<string, any>;

export interface Verification {
  readonly equal: boolean;
  readonly decisions: number;
  readonly rewards: number;
  readonly experiments: readonly { readonly pending: number }[];
}

/** What a platform engineer does, by kubectl, helm and HTTP. */
export class FirstDay {
  constructor(private readonly cluster: NodeCluster) {}

  /** Whatever an earlier run left. */
  async clear(): Promise<void> {
    await this.cluster
      .kubectl(['delete', 'sdep', '--all', '-n', MODELS, '--ignore-not-found'])
      .catch(() => {});
    await this.cluster.helm(['uninstall', RELEASE, '-n', SYSTEM, '--wait', '--ignore-not-found']);
    await this.cluster.kubectl(['delete', 'namespace', SYSTEM, MODELS, '--ignore-not-found']);
    await this.cluster.kubectl(['delete', 'pv', '-l', 'switchyard-test=volume', '--ignore-not-found']);
    rmSync(VOLUMES, { recursive: true, force: true });
  }

  async install({ postgres, redis }: Images): Promise<void> {
    for (const name of [SYSTEM, MODELS]) await this.cluster.kubectl(['create', 'namespace', name]);
    if (!process.env.KUBECONFIG) await this.cluster.kubectl(['apply', '-f', '-'], stringify(volumes()));
    const values = [
      'image.tag=latest',
      `postgres.enabled=true,postgres.image=${postgres}`,
      `redis.enabled=true,redis.image=${redis}`,
      `stores.adminKey=${ADMIN_KEY}`,
      'operator.set[0]=route=none',
      'operator.set[1]=engine.resources={requests: {cpu: 50m\\, memory: 128Mi}}',
    ];
    const flags = values.map((value) => `--set=${value}`);
    await this.cluster.helm(['install', RELEASE, CHART, '-n', SYSTEM, '--wait', '--timeout=10m', ...flags]);
  }

  /** Milliseconds until `kubectl get sdep` says Available for what was applied. */
  async apply(manifest: Resource): Promise<number> {
    const started = performance.now();
    await this.models(['apply', '-f', '-'], stringify(manifest));
    const { name } = manifest.metadata;
    for (;;) {
      const { metadata, status } = await this.get('sdep', name);
      if (status?.observedGeneration === metadata.generation) {
        if (status.state === 'Failed') throw new Error(status.description);
        if (status.state === 'Available') return performance.now() - started;
      }
      await sleep(200);
    }
  }

  models(args: readonly string[], input = ''): Promise<string> {
    return this.cluster.kubectl(['-n', MODELS, ...args], input);
  }

  system(args: readonly string[]): Promise<string> {
    return this.cluster.kubectl(['-n', SYSTEM, ...args]);
  }

  async get(kind: string, name: string): Promise<Resource> {
    return JSON.parse(await this.models(['get', kind, name, '-o', 'json'])) as Resource;
  }

  load(service: string, rate: number): Promise<Load> {
    return Load.start(this.cluster, MODELS, `http://${service}.${MODELS}.svc:8000`, rate);
  }

  /** The pods that have an engine, oldest first; those that are ending are left out. */
  async routers(): Promise<string[]> {
    return (await this.pods())
      .filter(({ spec }) => spec.containers.some(({ name }: Resource) => name === ENGINE))
      .map(({ metadata }) => metadata.name);
  }

  async pods(): Promise<Resource[]> {
    const args = ['get', 'pods', '-l', 'seldon-deployment-id', '-o', 'json'];
    const { items } = JSON.parse(
      await this.models([...args, '--sort-by=.metadata.creationTimestamp']),
    ) as Resource;
    return items.filter(({ metadata }: Resource) => metadata.deletionTimestamp === undefined);
  }

  async restartRouters(): Promise<void> {
    const { items } = JSON.parse(await this.models(['get', 'deployments', '-o', 'json'])) as Resource;
    const engines = items.filter(({ spec }: Resource) =>
      spec.template.spec.containers.some(({ name }: Resource) => name === ENGINE),
    );
    for (const { metadata } of engines) {
      await this.models(['rollout', 'restart', `deployment/${metadata.name}`]);
      await this.models(['rollout', 'status', `deployment/${metadata.name}`, '--timeout=300s']);
    }
  }

  async aTrainer(): Promise<string> {
    const selector = 'app.kubernetes.io/component=trainer';
    return (await this.system(['get', 'pods', '-l', selector, '-o', 'name'])).split('\n')[0]!;
  }

  /** Until the rollout of a role is whole again. */
  async settled(role: 'trainer' | 'admin' | 'operator'): Promise<void> {
    await this.system(['rollout', 'status', `deployment/${RELEASE}-switchyard-${role}`, '--timeout=300s']);
  }

  /** One call of the admin API, through a forwarded port. */
  async admin(method: string, path: string, body?: unknown, etag?: string) {
    const target = `service/${RELEASE}-switchyard-admin`;
    const forward = this.cluster.start(['-n', SYSTEM, 'port-forward', target, ':8080']);
    try {
      const [line] = (await once(forward.stdout!, 'data')) as [Buffer];
      const port = /127\.0\.0\.1:(\d+)/.exec(line.toString())![1];
      const answer = await fetch(`http://127.0.0.1:${port}/admin/v1${path}`, {
        method,
        headers: {
          authorization: `Bearer ${ADMIN_KEY}`,
          'content-type': 'application/json',
          connection: 'close',
          ...(etag && { 'if-match': etag }),
        },
        body: body === undefined ? undefined : JSON.stringify(body),
      });
      // biome-ignore lint/suspicious/noExplicitAny: answers of several calls
      return { status: answer.status, etag: answer.headers.get('etag'), body: (await answer.json()) as any };
    } finally {
      forward.kill();
    }
  }

  /** `switchyard verify` in a trainer's pod, once every reward is counted. */
  async verified(): Promise<Verification> {
    const command = ['exec', `deploy/${RELEASE}-switchyard-trainer`, '-c', 'trainer', '--'];
    for (;;) {
      const text = await this.system([...command, 'switchyard', 'verify', '--json']);
      const found = JSON.parse(text) as Verification;
      if (found.experiments.every(({ pending }) => pending === 0)) return found;
      await sleep(1000);
    }
  }
}

/** The node of the tests has nothing that makes volumes. */
function volumes(): Resource {
  const items = Object.entries({ postgres: '8Gi', redis: '1Gi' }).map(([name, storage]) => {
    const path = `${VOLUMES}/${name}`;
    mkdirSync(path, { recursive: true });
    chmodSync(path, 0o777);
    return {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name: `switchyard-test-${name}`, labels: { 'switchyard-test': 'volume' } },
      spec: { capacity: { storage }, accessModes: ['ReadWriteOnce'], hostPath: { path } },
    };
  });
  return { apiVersion: 'v1', kind: 'List', items };
}
