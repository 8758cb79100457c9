import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { NodeCluster } from './node-cluster.js';

const POD = 'load';

/** Since the start of the load; latencies in milliseconds of its last second. */
export interface LoadReport {
  readonly predictions: number;
  readonly rewards: number;
  readonly failed: number;
  /** What failed how often, and when first. */
  readonly reasons: Readonly<Record<string, { readonly count: number; readonly first: string }>>;
  /** How often each route was taken. */
  readonly routes: Readonly<Record<string, number>>;
  readonly p50: number;
  readonly p99: number;
}

/** A client in the cluster that predicts and rewards at a steady rate. */
export class Load {
  private readonly ended: Promise<unknown>;

  private constructor(
    private readonly child: ChildProcess,
    private last: LoadReport,
  ) {
    this.ended = once(child, 'close');
    createInterface(child.stdout!).on('line', (line) => {
      this.last = JSON.parse(line) as LoadReport;
    });
  }

  /** `url`: up to and without `/api/v1.0`. */
  static async start(cluster: NodeCluster, namespace: string, url: string, rate: number): Promise<Load> {
    const script = readFileSync('test/node/load/load.js', 'utf8');
    await cluster.kubectl(['-n', namespace, 'apply', '-f', '-'], podOf(script));
    await cluster.kubectl(['-n', namespace, 'wait', '--for=condition=Ready', `pod/${POD}`, '--timeout=120s']);
    const command = ['node', '/load/load.mjs', url, String(rate)];
    const child = cluster.start(['-n', namespace, 'exec', '-i', POD, '--', ...command]);
    return new Load(child, {
      predictions: 0,
      rewards: 0,
      failed: 0,
      reasons: {},
      routes: {},
      p50: 0,
      p99: 0,
    });
  }

  get report(): LoadReport {
    return this.last;
  }

  /** Ends when every request has its answer. */
  async stop(): Promise<LoadReport> {
    this.child.stdin!.end();
    await this.ended;
    return this.last;
  }
}

function podOf(script: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'List',
    items: [
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: POD }, data: { 'load.mjs': script } },
      {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: POD },
        spec: {
          terminationGracePeriodSeconds: 0,
          containers: [
            {
              name: POD,
              image: 'switchyard:latest',
              imagePullPolicy: 'IfNotPresent',
              command: ['sleep', 'infinity'],
              volumeMounts: [{ name: 'script', mountPath: '/load' }],
            },
          ],
          volumes: [{ name: 'script', configMap: { name: POD } }],
        },
      },
    ],
  });
}
