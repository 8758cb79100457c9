import { type Call, Component } from '#graph';
import type { Message, RelayedCall } from '#protocol';

/** A component that answers as another one does, until a subclass says otherwise. */
export abstract class WrappedComponent extends Component {
  constructor(protected readonly inner: Component) {
    super();
  }

  override predict(message: Message, call: Call): Promise<Message> {
    return this.inner.predict(message, call);
  }

  override transformInput(message: Message, call: Call): Promise<Message> {
    return this.inner.transformInput(message, call);
  }

  override transformOutput(message: Message, call: Call): Promise<Message> {
    return this.inner.transformOutput(message, call);
  }

  override route(message: Message, call: Call): Promise<number> {
    return this.inner.route(message, call);
  }

  override aggregate(messages: readonly Message[], call: Call): Promise<Message> {
    return this.inner.aggregate(messages, call);
  }

  override sendFeedback(feedback: Message, call: Call): Promise<Message> {
    return this.inner.sendFeedback(feedback, call);
  }

  override status(call: Call): Promise<Message | null> {
    return this.inner.status(call);
  }

  override metadata(call: Call): Promise<Message | null> {
    return this.inner.metadata(call);
  }

  override relay(name: RelayedCall, message: Message, call: Call): Promise<Message | null> {
    return this.inner.relay(name, message, call);
  }

  override ready(): Promise<void> {
    return this.inner.ready();
  }

  override close(): Promise<void> {
    return this.inner.close();
  }
}
