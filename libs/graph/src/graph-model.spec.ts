import { expect, it } from '@jest/globals';
import { seeded } from '#bandits';
import { Message } from '#protocol';
import {
  buildGraph,
  Call,
  Component,
  type GraphNode,
  type NodeMethod,
  type NodeType,
  predict,
  sendFeedback,
} from './index.js';

const TYPES: NodeType[] = [
  'MODEL',
  'ROUTER',
  'COMBINER',
  'TRANSFORMER',
  'OUTPUT_TRANSFORMER',
  'UNKNOWN_TYPE',
];
const METHODS: NodeMethod[] = ['TRANSFORM_INPUT', 'TRANSFORM_OUTPUT', 'ROUTE', 'AGGREGATE', 'SEND_FEEDBACK'];

type Draw = (below: number) => number;

interface Sample {
  readonly node: GraphNode;
  /** Node name to what its component answers to `route`. */
  readonly routes: Map<string, number>;
}

function sampleGraph(draw: Draw): Sample {
  const routes = new Map<string, number>();
  let count = 0;
  const grow = (depth: number): GraphNode => {
    const name = `n${count++}`;
    const width = depth === 0 || count > 60 ? 0 : draw(4);
    const children = Array.from({ length: width }, () => grow(depth - 1));
    routes.set(name, draw(10) === 0 ? width + 3 : draw(width + 2) - 2);
    return {
      name,
      path: name,
      type: TYPES[draw(TYPES.length)]!,
      implementation: 'UNKNOWN_IMPLEMENTATION',
      methods: METHODS.filter(() => draw(4) === 0),
      parameters: [],
      children,
      endpoint: { type: 'REST', host: 'localhost', httpPort: 9000, grpcPort: 9500 },
      modelUri: undefined,
    };
  };
  return { node: grow(6), routes };
}

/** Notes every call: its text holds all that happened to the message before. */
class Scribe extends Component {
  constructor(
    private readonly name: string,
    private readonly routes: ReadonlyMap<string, number>,
    private readonly calls: string[],
    private readonly rewarded: string[],
  ) {
    super();
  }

  override predict = async ({ value }: Message) => this.note(`P(${value})`);
  override transformInput = async ({ value }: Message) => this.note(`I(${value})`);
  override transformOutput = async ({ value }: Message) => this.note(`O(${value})`);
  override route = async ({ value }: Message) => {
    this.note(`R(${value})`);
    return this.routes.get(this.name)!;
  };
  override aggregate = async (messages: readonly Message[]) =>
    this.note(`A(${messages.map(({ value }) => value).join(',')})`);
  override sendFeedback = async (feedback: Message) => {
    this.rewarded.push(this.name);
    return feedback;
  };

  private note(call: string): Message {
    this.calls.push(this.name + call);
    return Message.ofValue(this.name + call);
  }
}

/** The lines of the reference, section 4.1, over texts instead of messages, without promises. */
function modelPredict(sample: Sample, text: string, record: Run): string {
  const { node } = sample;
  const call = (what: string) => noted(record, node.name + what);
  let m = text;
  if (node.type === 'MODEL') m = call(`P(${text})`);
  else if (has(node, 'TRANSFORMER', 'TRANSFORM_INPUT')) m = call(`I(${text})`);
  if (m !== text) record.routing.set(node.name, -1);
  if (node.children.length > 0) m = modelChildren(sample, m, record);
  return has(node, 'OUTPUT_TRANSFORMER', 'TRANSFORM_OUTPUT') ? call(`O(${m})`) : m;
}

function modelChildren({ node, routes }: Sample, m: string, record: Run): string {
  const routed = has(node, 'ROUTER', 'ROUTE');
  if (routed) noted(record, `${node.name}R(${m})`);
  const r = routed ? routes.get(node.name)! : -1;
  if (r < -2 || r >= node.children.length) throw new RangeError(`${node.name} ${r}`);
  record.routing.set(node.name, r);
  if (r === -2) return m;
  const picked = r === -1 ? node.children : [node.children[r]!];
  record.parallel ||= picked.length > 1;
  const answers = picked.map((child) => modelPredict({ node: child, routes }, m, record));
  return has(node, 'COMBINER', 'AGGREGATE')
    ? noted(record, `${node.name}A(${answers.join(',')})`)
    : answers[0]!;
}

/** What happened in one prediction of the model. */
interface Run {
  readonly routing: Map<string, number>;
  readonly calls: string[];
  /** Whether several children were asked at once, so that the order of the calls is partly open. */
  parallel: boolean;
}

function noted({ calls }: Run, call: string): string {
  calls.push(call);
  return call;
}

function has(node: GraphNode, type: NodeType, method: NodeMethod): boolean {
  return node.type === type || node.methods.includes(method);
}

/** Section 4.6: who learns of a reward, given the routing of the prediction. */
function modelFeedback(node: GraphNode, routing: ReadonlyMap<string, number>): string[] {
  const r = routing.get(node.name) ?? -1;
  const picked = r === -1 ? node.children : r === -2 ? [] : [node.children[r]!];
  const called = ['MODEL', 'ROUTER'].includes(node.type) || node.methods.includes('SEND_FEEDBACK');
  return [...picked.flatMap((child) => modelFeedback(child, routing)), ...(called ? [node.name] : [])];
}

function attempt<T>(run: () => T): T | string {
  try {
    return run();
  } catch (error) {
    return (error as Error).message;
  }
}

it('1,000 graphs of up to 6 levels below the root call and answer as the model does', async () => {
  const random = seeded(42);
  const draw: Draw = (below) => Math.floor(random() * below);
  const seen = { refused: 0, inOrder: 0 };
  for (let run = 0; run < 1000; run++) {
    const sample = sampleGraph(draw);
    const calls: string[] = [];
    const rewarded: string[] = [];
    const graph = buildGraph(sample.node, ({ name }) => new Scribe(name, sample.routes, calls, rewarded));
    const call = new Call('p');
    const model: Run = { routing: new Map(), calls: [], parallel: false };
    const expected = attempt(() => modelPredict(sample, 'x', model));
    const answer = await predict(graph, Message.ofValue('x'), call).then(
      ({ value }) => value,
      (error: { node: string; value: number }) => `${error.node} ${error.value}`,
    );
    expect(answer).toBe(expected);
    if (/^n\d+ -?\d+$/.test(expected)) {
      seen.refused++;
      continue;
    }
    if (!model.parallel) seen.inOrder++;
    expect(model.parallel ? calls.sort() : calls).toEqual(model.parallel ? model.calls.sort() : model.calls);
    const byName = (routing: Map<string, number>) => Object.fromEntries([...routing].sort());
    expect(byName(call.routing)).toEqual(byName(model.routing));
    await sendFeedback(graph, Message.ofValue('r'), Object.fromEntries(call.routing), call);
    expect(rewarded.sort()).toEqual(modelFeedback(sample.node, model.routing).sort());
  }
  expect(seen.refused).toBeGreaterThan(30);
  expect(seen.inOrder).toBeGreaterThan(100);
  expect(1000 - seen.refused - seen.inOrder).toBeGreaterThan(100);
});
