import { Injectable } from '@nestjs/common';
import { type Decision, DecisionStream } from '#experiments';
import { RareWarning } from '../rare-warning.js';
import { DecisionQueue } from './decision-queue.js';

const CAPACITY = 100_000;
const CLOSE_MS = 5000;
const CLOSE_POLL_MS = 20;

/**
 * Decisions on their way to the stream: packed per experiment, kept and sent again while the stream is away, bounded.
 * What does not fit is dropped and counted; its receipt still carries all that a reward needs.
 */
@Injectable()
export class DecisionLog {
  private readonly warning = new RareWarning(DecisionLog.name);
  private readonly queues = new Map<string, DecisionQueue>();
  private lost = 0;

  constructor(private readonly stream: DecisionStream) {}

  get dropped(): number {
    return this.lost;
  }

  /** Never waits and never fails. */
  append(decision: Decision): void {
    const queue = this.queueOf(decision.experimentId);
    queue.count(decision);
    if (this.waiting() >= CAPACITY) this.drop(1);
    else queue.add(decision);
  }

  /** How often each arm of an experiment was chosen by this process. */
  chosen(experimentId: string): ReadonlyMap<string, number> {
    return this.queueOf(experimentId).chosen;
  }

  /** How many of an experiment's decisions of this process have no known propensity. */
  withoutPropensity(experimentId: string): number {
    return this.queueOf(experimentId).withoutPropensity;
  }

  /** Sends what waits; what the stream does not take within five seconds is dropped. */
  async close(): Promise<void> {
    const deadline = Date.now() + CLOSE_MS;
    while (this.waiting() > 0 && Date.now() < deadline) {
      await Promise.race([
        Promise.all([...this.queues.values()].map((queue) => queue.send())),
        new Promise((resolve) => setTimeout(resolve, CLOSE_MS).unref()),
      ]);
      if (this.waiting() > 0) await new Promise((resolve) => setTimeout(resolve, CLOSE_POLL_MS));
    }
    for (const queue of this.queues.values()) queue.stop();
    if (this.waiting() > 0) this.drop(this.waiting());
  }

  private waiting(): number {
    let sum = 0;
    for (const queue of this.queues.values()) sum += queue.length;
    return sum;
  }

  private queueOf(experimentId: string): DecisionQueue {
    let queue = this.queues.get(experimentId);
    if (queue === undefined) {
      queue = new DecisionQueue(experimentId, this.stream);
      this.queues.set(experimentId, queue);
    }
    return queue;
  }

  private drop(count: number): void {
    this.lost += count;
    this.warning.warn(
      () => `${this.lost} decisions dropped so far: the stream takes none (room for ${CAPACITY} that wait)`,
    );
  }
}
