import { Injectable } from '@nestjs/common';
import { Counter, Registry } from 'prom-client';
import { RareWarning } from '../rare-warning.js';
import { type PayloadOutcome, PayloadQueue } from './payload-queue.js';

/** Copies of payloads on their way out of this process. A prediction neither waits for them nor fails with them. */
@Injectable()
export class PayloadLog {
  private readonly queues = new Set<PayloadQueue>();
  private readonly warning = new RareWarning(PayloadLog.name);
  private readonly events: Counter<'outcome'>;

  constructor(registry: Registry) {
    this.events = new Counter({
      name: 'switchyard_payload_events_total',
      help: 'Payload events by what became of them: sent, failed at their sink, or dropped on the way to it',
      labelNames: ['outcome'],
      registers: [registry],
    });
  }

  /** A queue for one predictor, of at most `size` events. */
  queue(size: number): PayloadQueue {
    const queue = new PayloadQueue(size, (outcome, reason) => this.observe(outcome, reason));
    this.queues.add(queue);
    return queue;
  }

  /** Sends what waits in them; nothing more may be added. */
  async release(queues: Iterable<PayloadQueue>): Promise<void> {
    await Promise.all(
      Array.from(queues, async (queue) => {
        await queue.close();
        this.queues.delete(queue);
      }),
    );
  }

  close(): Promise<void> {
    return this.release(this.queues);
  }

  private observe(outcome: PayloadOutcome, reason: string | undefined): void {
    this.events.inc({ outcome });
    if (reason !== undefined) this.warning.warn(() => `payload events do not arrive: ${reason}`);
  }
}
