import { Agent, request } from 'undici';
import type { PayloadEvent } from './payload-event.js';

const TIMEOUT_MS = 2000;
const SENDERS = 10;
/** Of all that wait: a long queue of large bodies must not fill the memory. */
const MAX_BYTES = 64 * 1024 * 1024;

export type PayloadOutcome = 'sent' | 'failed' | 'dropped';

/** What is told of every event, with the reason where it did not arrive. */
export type PayloadObserver = (outcome: PayloadOutcome, reason?: string) => void;

/** One predictor's events on their way: bounded, each tried once. */
export class PayloadQueue {
  private readonly waiting: PayloadEvent[] = [];
  private readonly senders = new Set<Promise<void>>();
  private readonly agent = new Agent({ connections: SENDERS, connect: { timeout: TIMEOUT_MS } });
  private bytes = 0;
  private closed = false;

  constructor(
    private readonly size: number,
    private readonly observe: PayloadObserver,
  ) {}

  /** Never waits and never fails. */
  add(event: PayloadEvent): void {
    if (this.closed || this.waiting.length >= this.size || this.bytes + event.body.length > MAX_BYTES) {
      this.drop(`the queue is full (${this.waiting.length} events, ${this.bytes} bytes)`);
      return;
    }
    this.waiting.push(event);
    this.bytes += event.body.length;
    if (this.senders.size < SENDERS) this.startSender();
  }

  /** Counts an event that cannot be sent. */
  drop(reason: string): void {
    this.observe('dropped', reason);
  }

  /** Sends what waits, for as long as one event may take; the rest is dropped. */
  async close(): Promise<void> {
    const timer = setTimeout(() => this.dropAll(), TIMEOUT_MS);
    while (this.senders.size > 0) await Promise.all(this.senders);
    clearTimeout(timer);
    this.closed = true;
    await this.agent.close();
  }

  private startSender(): void {
    const sender = this.sendAll().finally(() => this.senders.delete(sender));
    this.senders.add(sender);
  }

  /** Starts after the prediction that the first event is of. */
  private async sendAll(): Promise<void> {
    await new Promise(setImmediate);
    for (let event = this.waiting.shift(); event !== undefined; event = this.waiting.shift()) {
      this.bytes -= event.body.length;
      await this.send(event);
    }
  }

  private async send({ url, headers, body }: PayloadEvent): Promise<void> {
    try {
      const signal = AbortSignal.timeout(TIMEOUT_MS);
      const options = { method: 'POST', headers, body, signal, dispatcher: this.agent } as const;
      const answer = await request(url, options);
      await answer.body.dump();
      if (answer.statusCode < 300) this.observe('sent');
      else this.observe('failed', `${url.origin} answered ${answer.statusCode}`);
    } catch (error) {
      this.observe('failed', `${url.origin}: ${(error as Error).message}`);
    }
  }

  private dropAll(): void {
    for (const _ of this.waiting.splice(0)) this.drop('the router is closing');
    this.bytes = 0;
  }
}
