import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import type { DecisionPoint } from '../decisions/decision-point.js';
import type { ServedGraph } from './served-graph.js';

/** A request may call several components, each for as long as an annotation allows. */
const LONGEST_USE_MS = 300_000;
const LOOK_MS = 50;

/** Everything that this router serves: one graph at a time. */
@Injectable()
export class Deployments {
  private readonly logger = new Logger(Deployments.name);
  private readonly retired = new Set<Promise<void>>();
  private served: ServedGraph;
  private closing = false;

  constructor(graph: ServedGraph) {
    this.served = graph;
  }

  get graph(): ServedGraph {
    return this.served;
  }

  experiments(): DecisionPoint[] {
    return this.served.experiments();
  }

  /** Rejects with the reason of what cannot answer yet. */
  ready(): Promise<void> {
    return this.served.ready();
  }

  /** Whether an experiment of this name belongs to what is served, in any version of its manifest. */
  own(experimentName: string): boolean {
    return this.served.deployments.some((deployment) => deployment.owns(experimentName));
  }

  /** The next request goes through `graph`; the one before is closed when its last request has ended. */
  replace(graph: ServedGraph): void {
    const before = this.served;
    this.served = graph;
    const end = this.retire(before).finally(() => this.retired.delete(end));
    this.retired.add(end);
  }

  async close(): Promise<void> {
    this.closing = true;
    await Promise.all([this.served.close(), ...this.retired]);
  }

  private async retire(graph: ServedGraph): Promise<void> {
    const until = Date.now() + LONGEST_USE_MS;
    while (graph.isBusy && !this.closing && Date.now() < until) await sleep(LOOK_MS);
    try {
      await graph.close();
    } catch (error) {
      this.logger.warn(`a graph that was replaced could not be closed: ${(error as Error).message}`);
    }
  }
}
