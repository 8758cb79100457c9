import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { Counter, type Registry } from 'prom-client';
import { graphDigest } from '#graph';
import type { Deployments } from '../deployments/deployments.js';
import type { ServedGraph } from '../deployments/served-graph.js';
import type { DeploymentSource, GraphOrigin } from '../router-config.js';
import { type GraphFiles, type GraphTexts, parseGraph, readGraph } from './graph-files.js';

const LOOK_MS = 500;
/** For components and experiments of a new graph; then it counts as refused, and is tried again. */
const READY_MS = 60_000;
const PAUSE_MS = 10_000;
const MOST_SAID = 2000;

export interface GraphTrial {
  /** Makes a graph of what the files say, with its components running. */
  serve(sources: readonly DeploymentSource[]): Promise<ServedGraph>;
  /** The last one does not take over: what it began goes back to what it was. */
  giveUp(): void;
}

/** What stands in the files, or why nothing can be read there. */
type Content = { readonly digest: string; readonly texts: GraphTexts } | { readonly problem: string };

/**
 * Follows the files of the graph by their content, since Kubernetes changes a ConfigMap's by turning a link round. A
 * new graph takes over when everything in it can answer; one that cannot be served changes nothing.
 */
export class GraphReloads {
  private readonly logger = new Logger('Graph');
  private readonly closing = new AbortController();
  private readonly reloads: Counter<'result'>;
  private running: Promise<void> = Promise.resolve();
  /** Of the content that is served; null where it came from no file. */
  digest: string | null;
  /** What is wrong with the content that is not served. */
  refused: string | null = null;
  /** Seen once; it is acted upon when it is seen twice, since two files do not change at once. */
  private seen: string;
  /** Content that failed in itself, or that is not to be tried before `retryAt`. */
  private failed: string | null = null;
  private retryAt = 0;

  constructor(
    private readonly origin: GraphOrigin | undefined,
    private readonly deployments: Deployments,
    private readonly trial: GraphTrial,
    registry: Registry,
  ) {
    this.digest = origin?.digest ?? null;
    this.seen = origin?.digest ?? '';
    this.reloads = new Counter({
      name: 'switchyard_graph_reloads_total',
      help: 'Changes of the graph while it was served: taken over, or refused',
      labelNames: ['result'],
      registers: [registry],
    });
  }

  start(): void {
    if (this.origin?.reload) this.running = this.follow(this.origin.files);
  }

  async close(): Promise<void> {
    this.closing.abort();
    await this.running;
  }

  private get closed(): boolean {
    return this.closing.signal.aborted;
  }

  private async follow(files: GraphFiles): Promise<void> {
    while (!this.closed) {
      await this.pause();
      const content = await contentOf(files);
      const key = keyOf(content);
      const isStable = key === this.seen;
      this.seen = key;
      if (!this.closed && isStable) await this.act(files, content);
    }
  }

  private async act(files: GraphFiles, content: Content): Promise<void> {
    const key = keyOf(content);
    if (key === this.digest) {
      this.forget();
    } else if (key === this.failed && Date.now() < this.retryAt) {
      return;
    } else if ('problem' in content) {
      this.refuse(key, content.problem, Number.POSITIVE_INFINITY);
    } else {
      if (key !== this.failed) this.forget();
      await this.take(files, content.texts, key);
    }
  }

  private async take(files: GraphFiles, texts: GraphTexts, digest: string): Promise<void> {
    let sources: DeploymentSource[];
    try {
      sources = parseGraph(files, texts);
      this.checkProtocols(sources);
    } catch (error) {
      this.refuse(digest, (error as Error).message, Number.POSITIVE_INFINITY);
      return;
    }
    try {
      if (!(await this.replace(sources, digest, files))) this.trial.giveUp();
    } catch (error) {
      this.trial.giveUp();
      this.refuse(digest, (error as Error).message, PAUSE_MS);
    }
  }

  /** Its services are made when a gRPC server starts. */
  private checkProtocols(sources: readonly DeploymentSource[]): void {
    const served = this.deployments.graph.protocols;
    const other = sources.find(({ deployment }) => !served.includes(deployment.protocol));
    if (other === undefined) return;
    const { name, protocol } = other.deployment;
    const expected = `one that this router serves until it is started again (${served.join(', ')})`;
    throw new Error(`spec.protocol of ${name} must be ${expected}, got ${protocol}`);
  }

  /** False where the files have changed again in the meantime. */
  private async replace(
    sources: readonly DeploymentSource[],
    digest: string,
    files: GraphFiles,
  ): Promise<boolean> {
    const graph = await this.trial.serve(sources);
    try {
      if (!(await this.becomesReady(graph, digest, files))) {
        await graph.close();
        return false;
      }
    } catch (error) {
      await graph.close();
      throw error;
    }
    this.deployments.replace(graph);
    this.digest = digest;
    this.forget();
    this.reloads.inc({ result: 'ok' });
    this.logger.log(`graph ${digest} is served`);
    return true;
  }

  /** False where the files have changed again in the meantime. Rejects with the reason when the time is over. */
  private async becomesReady(graph: ServedGraph, digest: string, files: GraphFiles): Promise<boolean> {
    const until = Date.now() + READY_MS;
    for (;;) {
      try {
        await graph.ready();
        for (const deployment of graph.deployments) deployment.requireArms();
        return !this.closed;
      } catch (error) {
        if (Date.now() > until) throw error;
      }
      await this.pause();
      if (this.closed || keyOf(await contentOf(files)) !== digest) return false;
    }
  }

  /** What was refused is not in the files any more. */
  private forget(): void {
    this.refused = null;
    this.failed = null;
  }

  /** Says so once for the same problem; the content is not tried again before `pauseMs` have passed. */
  private refuse(key: string, problem: string, pauseMs: number): void {
    const said = problem.replaceAll('\n', '; ').slice(0, MOST_SAID);
    const isKnown = key === this.failed && said === this.refused;
    this.failed = key;
    this.retryAt = Date.now() + pauseMs;
    if (isKnown) return;
    this.refused = said;
    this.reloads.inc({ result: 'refused' });
    this.logger.warn(`a change of the graph is not served, the one before stays: ${said}`);
  }

  private async pause(): Promise<void> {
    await sleep(LOOK_MS, undefined, { signal: this.closing.signal }).catch(() => {});
  }
}

async function contentOf(files: GraphFiles): Promise<Content> {
  try {
    const texts = await readGraph(files);
    return { digest: graphDigest(texts.deployment, texts.components), texts };
  } catch (error) {
    return { problem: (error as Error).message };
  }
}

function keyOf(content: Content): string {
  return 'digest' in content ? content.digest : content.problem;
}
