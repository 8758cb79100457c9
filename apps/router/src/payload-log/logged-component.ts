import type { Call, Component, PayloadLogger } from '#graph';
import type { Message } from '#protocol';
import { WrappedComponent } from '../components/wrapped-component.js';
import type { PayloadEventType, PayloadOrigin } from './payload-event.js';
import type { PayloadQueue } from './payload-queue.js';

const SKIP = /^(true|on|1)$/i;

/** Where the events of one node go, and which of them. */
export interface NodeLog {
  readonly queue: PayloadQueue;
  readonly url: URL;
  readonly mode: PayloadLogger['mode'];
  readonly origin: PayloadOrigin;
}

/** A component whose calls are copied to a sink, one event for what a call gets and one for what it gives. */
export class LoggedComponent extends WrappedComponent {
  constructor(
    inner: Component,
    private readonly log: NodeLog,
  ) {
    super(inner);
  }

  override predict(message: Message, call: Call): Promise<Message> {
    this.request(message, call);
    return this.response(this.inner.predict(message, call), call);
  }

  override transformInput(message: Message, call: Call): Promise<Message> {
    this.request(message, call);
    return this.response(this.inner.transformInput(message, call), call);
  }

  override transformOutput(message: Message, call: Call): Promise<Message> {
    this.request(message, call);
    return this.response(this.inner.transformOutput(message, call), call);
  }

  /** The answer to a route is a number, no payload. */
  override route(message: Message, call: Call): Promise<number> {
    this.request(message, call);
    return this.inner.route(message, call);
  }

  override aggregate(messages: readonly Message[], call: Call): Promise<Message> {
    this.request(messages, call);
    return this.response(this.inner.aggregate(messages, call), call);
  }

  override sendFeedback(feedback: Message, call: Call): Promise<Message> {
    if (this.log.mode !== 'request') this.put('feedback', feedback, call);
    return this.inner.sendFeedback(feedback, call);
  }

  private request(given: Message | readonly Message[], call: Call): void {
    if (this.log.mode !== 'response') this.put('request', given, call);
  }

  private async response(answer: Promise<Message>, call: Call): Promise<Message> {
    const message = await answer;
    if (this.log.mode !== 'request') this.put('response', message, call);
    return message;
  }

  private put(type: PayloadEventType, given: Message | readonly Message[], { puid, headers }: Call): void {
    if (SKIP.test(headers['seldon-skip-logging'] ?? '')) return;
    const { queue, url, origin } = this.log;
    queue.add({ url, type, given, origin, puid, at: Date.now() });
  }
}
