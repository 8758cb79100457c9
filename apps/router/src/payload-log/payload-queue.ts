import { Agent, request } from 'undici';
import { type PayloadEvent, type PayloadNote, payloadEvent } from './payload-event.js';

const TIMEOUT_MS = 2000;
const SENDERS = 10;
/** Of all that wait: a long queue of large bodies must not fill the memory. */
const MAX_BYTES = 64 * 1024 * 1024;

export type PayloadOutcome = 'sent' | 'failed' | 'dropped';

/** What is told of every event, with the reason where it did not arrive. */
export type PayloadObserver = (outcome: PayloadOutcome, reason?: string) => void;

/** One predictor's events on their way: bounded, each tried once. */
export class PayloadQueue {
  /** Of requests whose answers are perhaps not out yet. */
  private readonly notes: PayloadNote[] = [];
  private readonly waiting: PayloadEvent[] = [];
  private encoding: Promise<void> | undefined;
  private readonly senders = new Set<Promise<void>>();
  private readonly agent = new Agent({ connections: SENDERS, connect: { timeout: TIMEOUT_MS } });
  private bytes = 0;
  private closed = false;

  constructor(
    private readonly size: number,
    private readonly observe: PayloadObserver,
  ) {}

  /** Never waits, never fails, and encodes nothing: that is done after the turn in which the answer is made. */
  add(note: PayloadNote): void {
    if (this.closed || this.notes.length + this.waiting.length >= this.size) this.dropAsFull();
    else {
      this.notes.push(note);
      this.encoding ??= this.encodeAll();
    }
  }

  /** Sends what waits, for as long as one event may take; the rest is dropped. */
  async close(): Promise<void> {
    const timer = setTimeout(() => this.dropAll(), TIMEOUT_MS);
    while (this.encoding !== undefined || this.senders.size > 0) {
      await Promise.all([this.encoding, ...this.senders]);
    }
    clearTimeout(timer);
    this.closed = true;
    await this.agent.close();
  }

  private startSender(): void {
    const sender = this.sendAll().finally(() => this.senders.delete(sender));
    this.senders.add(sender);
  }

  private async encodeAll(): Promise<void> {
    await new Promise(setImmediate);
    this.encoding = undefined;
    for (const note of this.notes.splice(0)) this.encode(note);
  }

  private encode(note: PayloadNote): void {
    try {
      const event = payloadEvent(note);
      if (this.bytes + event.body.length > MAX_BYTES) this.dropAsFull();
      else this.wait(event);
    } catch (error) {
      this.drop(`the ${note.type} of node ${note.origin.node} has no bytes: ${(error as Error).message}`);
    }
  }

  private wait(event: PayloadEvent): void {
    this.waiting.push(event);
    this.bytes += event.body.length;
    if (this.senders.size < SENDERS) this.startSender();
  }

  private dropAsFull(): void {
    this.drop(`the queue is full (${this.waiting.length} events, ${this.bytes} bytes)`);
  }

  private drop(reason: string): void {
    this.observe('dropped', reason);
  }

  private async sendAll(): Promise<void> {
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
