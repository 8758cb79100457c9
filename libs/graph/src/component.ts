import type { Message, RelayedCall } from '#protocol';

/** What one request carries through its graph. */
export class Call {
  /** Node name to the route taken: the child's index, -1 for "all" or "none to choose", -2 for "skipped". */
  readonly routing = new Map<string, number>();
  /** Node name to what its component says of the probability of the route that it chose; unchecked. */
  readonly statedPropensities = new Map<string, unknown>();
  /** The model that the client named, maybe with a version (`iris/versions/2`), as it stands in the path. */
  model: string | undefined = undefined;

  constructor(
    /** The prediction id. */
    readonly puid: string,
    /** The client's headers, lower case, that go to every remote component. */
    readonly headers: Readonly<Record<string, string>> = {},
    /** Whether components that read the answers of others find the route so far in their `meta`. */
    readonly injectsRouting = false,
    /** When the client stops waiting, in milliseconds since 1970. */
    readonly deadline = Number.POSITIVE_INFINITY,
  ) {}
}

/**
 * What stands behind a node. Each method carries the name of Seldon's call; the default passes the message on.
 * A failure is thrown as a `ComponentError` that names the node.
 */
export abstract class Component {
  async predict(message: Message, _call: Call): Promise<Message> {
    return message;
  }

  async transformInput(message: Message, _call: Call): Promise<Message> {
    return message;
  }

  async transformOutput(message: Message, _call: Call): Promise<Message> {
    return message;
  }

  /** The index of a child, -1 for all children, -2 for none; the engine checks the range. */
  async route(_message: Message, _call: Call): Promise<number> {
    return -1;
  }

  /** `messages` are the children's answers, in their order; never empty. */
  async aggregate(messages: readonly Message[], _call: Call): Promise<Message> {
    return messages[0]!;
  }

  /** `feedback` is the client's whole Feedback message. */
  async sendFeedback(feedback: Message, _call: Call): Promise<Message> {
    return feedback;
  }

  /** What the component says of its health; null where it has no words of its own and `ready` has to do. */
  async status(_call: Call): Promise<Message | null> {
    return null;
  }

  /** The component's description of itself; null where it has none. */
  async metadata(_call: Call): Promise<Message | null> {
    return null;
  }

  /** A call that no step of a graph makes, as it came; null where the component does not have it. */
  async relay(_name: RelayedCall, _message: Message, _call: Call): Promise<Message | null> {
    return null;
  }

  /** Resolves once the component can answer; rejects with the reason while it cannot. */
  async ready(): Promise<void> {}

  async close(): Promise<void> {}
}
