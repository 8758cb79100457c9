import { describe, expect, it } from '@jest/globals';
import { Call, Component, ComponentError } from '#graph';
import { dialects, Message, type ProtocolName } from '#protocol';
import { BridgeComponent } from './bridge-component.js';

/** Answers what it is told to, and notes what it is asked. */
class Scripted extends Component {
  asked: unknown;

  constructor(private readonly said?: Message) {
    super();
  }

  override predict = async (message: Message) => {
    this.asked = message.value;
    return this.said ?? message;
  };
  override aggregate = async (messages: readonly Message[]) => {
    this.asked = messages.map(({ value }) => value);
    return this.said ?? messages[0]!;
  };
  override route = async (message: Message) => {
    this.asked = message.value;
    return 1;
  };
}

const call = new Call('puid-1');
const rows = (ndarray: unknown) => ({ data: { names: [], ndarray } });
const bytes = (value: unknown) => Message.ofBytes(Buffer.from(JSON.stringify(value)));

function bridge(inner: Component, graph: ProtocolName, component: ProtocolName): BridgeComponent {
  return new BridgeComponent('m', inner, {
    graph: dialects[graph],
    component: dialects[component],
    options: {},
  });
}

const WRITTEN: Readonly<Record<ProtocolName, { readonly request: object; readonly answer: object }>> = {
  seldon: { request: rows([[1, 2]]), answer: rows([[3]]) },
  tensorflow: { request: { instances: [[1, 2]] }, answer: { predictions: [[3]] } },
  v2: {
    request: { inputs: [{ name: 'predict', datatype: 'FP64', shape: [1, 2], data: [1, 2] }] },
    answer: { model_name: 'm', outputs: [{ name: 'predict', datatype: 'FP64', shape: [1, 1], data: [3] }] },
  },
};
const NAMES: readonly ProtocolName[] = ['seldon', 'tensorflow', 'v2'];
const PAIRS = NAMES.flatMap((one) =>
  NAMES.filter((other) => other !== one).map((other) => [one, other] as const),
);

describe.each(PAIRS)('a component of a %s graph that speaks %s', (graph, component) => {
  it('is asked in its protocol and answered for in the other', async () => {
    const inner = new Scripted(bytes(WRITTEN[component].answer));
    const answer = await bridge(inner, graph, component).predict(bytes(WRITTEN[graph].request), call);
    expect(inner.asked).toMatchObject(WRITTEN[component].request);
    expect(answer.value).toMatchObject(WRITTEN[graph].answer);
  });

  it('takes the answer of a node before it', async () => {
    const inner = new Scripted(bytes(WRITTEN[component].answer));
    await bridge(inner, graph, component).route(bytes(WRITTEN[graph].answer), call);
    expect(JSON.stringify(inner.asked)).toMatch(/\[+3\]+/);
  });

  it('gets the answers of its children as answers', async () => {
    const inner = new Scripted(bytes(WRITTEN[component].answer));
    const children = [bytes(WRITTEN[graph].answer), bytes(WRITTEN[graph].answer)];
    const answer = await bridge(inner, graph, component).aggregate(children, call);
    expect(inner.asked).toMatchObject([WRITTEN[component].answer, WRITTEN[component].answer]);
    expect(answer.value).toMatchObject(WRITTEN[graph].answer);
  });

  it.each(['{', '[]', '{"no":"payload"}'])('blames the client for %s', async (text) => {
    const failure = bridge(new Scripted(), graph, component).predict(
      Message.ofBytes(Buffer.from(text)),
      call,
    );
    await expect(failure).rejects.toBeInstanceOf(ComponentError);
    await expect(failure).rejects.toMatchObject({ status: 400, node: 'm', reason: 'MICROSERVICE_BAD_DATA' });
  });

  it.each(['{', '[]'])('blames the component for %s', async (text) => {
    const inner = new Scripted(Message.ofBytes(Buffer.from(text)));
    const failure = bridge(inner, graph, component).predict(bytes(WRITTEN[graph].request), call);
    await expect(failure).rejects.toMatchObject({ status: 500, reason: 'MICROSERVICE_BAD_DATA' });
    await expect(failure).rejects.toThrow(`the answer cannot pass between ${component} and ${graph}`);
  });
});

it('what a component passes on untouched is not translated there and back', async () => {
  const request = bytes(WRITTEN.v2.request);
  expect(await bridge(new Scripted(), 'v2', 'seldon').predict(request, call)).toBe(request);
});
