import { type Call, Component, ComponentError } from '#graph';
import { type DataKind, type Dialect, dataKindOf, Message, type ModelOptions } from '#protocol';
import { messageOf, readValue } from '#sdk';
import { inProcessFailure } from '../failure.js';

/** The two protocols between which a node's messages are translated. */
export interface Languages {
  /** The deployment's. */
  readonly graph: Dialect;
  /** The component's. */
  readonly component: Dialect;
  readonly options: ModelOptions;
}

type Transform = 'predict' | 'transformInput' | 'transformOutput';

/** A component that speaks another protocol than its deployment. Feedback is Seldon's alone and passes it by. */
export class BridgeComponent extends Component {
  constructor(
    private readonly node: string,
    private readonly inner: Component,
    private readonly languages: Languages,
  ) {
    super();
  }

  override predict(message: Message, call: Call): Promise<Message> {
    return this.transform('predict', message, call);
  }

  override transformInput(message: Message, call: Call): Promise<Message> {
    return this.transform('transformInput', message, call);
  }

  override transformOutput(message: Message, call: Call): Promise<Message> {
    return this.transform('transformOutput', message, call);
  }

  override async route(message: Message, call: Call): Promise<number> {
    return this.inner.route(this.ask('route', message).asked, call);
  }

  override async aggregate(messages: readonly Message[], call: Call): Promise<Message> {
    const { graph, component } = this.languages;
    const model = this.modelOf(call);
    const asked = messages.map((message, child) =>
      this.translate('aggregate', `the answer of child ${child}`, () =>
        Message.ofValue(
          component.writeAnswer(graph.readAnswer(readValue(message), 'ndarray', {}), undefined, model),
        ),
      ),
    );
    const answer = await this.inner.aggregate(asked, call);
    return this.answer('aggregate', answer, { kind: 'ndarray', request: undefined, model });
  }

  override status(call: Call): Promise<Message | null> {
    return this.inner.status(call);
  }

  override metadata(call: Call): Promise<Message | null> {
    return this.inner.metadata(call);
  }

  override ready(): Promise<void> {
    return this.inner.ready();
  }

  override close(): Promise<void> {
    return this.inner.close();
  }

  /** What the component passes on untouched is not translated there and back. */
  private async transform(method: Transform, message: Message, call: Call): Promise<Message> {
    const { asked, kind, request } = this.ask(method, message);
    const answer = await this.inner[method](asked, call);
    return answer === asked
      ? message
      : this.answer(method, answer, { kind, request, model: this.modelOf(call) });
  }

  /** What cannot be asked in the component's protocol is for the client to mend. */
  private ask(method: string, message: Message) {
    const { graph, component, options } = this.languages;
    try {
      const request = readValue(graph.toRequest(message));
      const read = graph.readRequest(request);
      const asked = Message.ofValue(component.writeRequest(read, options));
      return { asked, kind: dataKindOf(read), request };
    } catch (error) {
      throw inProcessFailure(this.node, method, error);
    }
  }

  private answer(
    method: string,
    answer: Message,
    { kind, request, model }: { kind: DataKind; request: unknown; model: string },
  ): Message {
    const { graph, component, options } = this.languages;
    return this.translate(method, 'the answer', () => {
      const read = component.readAnswer(readValue(answer), kind, options);
      return Message.ofValue(graph.writeAnswer(read, request, model), this.node);
    });
  }

  /** What a component said and nobody else can read is no fault of the client's. */
  private translate(method: string, what: string, work: () => Message): Message {
    try {
      return work();
    } catch (error) {
      const { graph, component } = this.languages;
      const problem = `${what} cannot pass between ${component.name} and ${graph.name}: ${messageOf(error)}`;
      const info = `${this.node}: ${method}: ${problem}`;
      throw new ComponentError(this.node, method, 500, info, 'MICROSERVICE_BAD_DATA');
    }
  }

  private modelOf({ model }: Call): string {
    return model ?? this.node;
  }
}
