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

class Scribe extends Component {
  constructor(
    private readonly name: string,
    private readonly routes: ReadonlyMap<string, number>,
    readonly rewarded: string[],
  ) {
    super();
  }

  override predict = async ({ value }: Message) => Message.ofValue(`${this.name}P(${value})`);
  override transformInput = async ({ value }: Message) => Message.ofValue(`${this.name}I(${value})`);
  override transformOutput = async ({ value }: Message) => Message.ofValue(`${this.name}O(${value})`);
  override route = async () => this.routes.get(this.name)!;
  override aggregate = async (messages: readonly Message[]) =>
    Message.ofValue(`${this.name}A(${messages.map(({ value }) => value).join(',')})`);
  override sendFeedback = async (feedback: Message) => {
    this.rewarded.push(this.name);
    return feedback;
  };
}

/** The lines of the reference, section 4.1, over texts instead of messages, without promises. */
function modelPredict(sample: Sample, text: string, routing: Map<string, number>): string {
  const { node } = sample;
  let m = text;
  if (node.type === 'MODEL') m = `${node.name}P(${text})`;
  else if (has(node, 'TRANSFORMER', 'TRANSFORM_INPUT')) m = `${node.name}I(${text})`;
  if (m !== text) routing.set(node.name, -1);
  if (node.children.length > 0) m = modelChildren(sample, m, routing);
  return has(node, 'OUTPUT_TRANSFORMER', 'TRANSFORM_OUTPUT') ? `${node.name}O(${m})` : m;
}

function modelChildren({ node, routes }: Sample, m: string, routing: Map<string, number>): string {
  const r = has(node, 'ROUTER', 'ROUTE') ? routes.get(node.name)! : -1;
  if (r < -2 || r >= node.children.length) throw new RangeError(`${node.name} ${r}`);
  routing.set(node.name, r);
  if (r === -2) return m;
  const picked = r === -1 ? node.children : [node.children[r]!];
  const answers = picked.map((child) => modelPredict({ node: child, routes }, m, routing));
  return has(node, 'COMBINER', 'AGGREGATE') ? `${node.name}A(${answers.join(',')})` : answers[0]!;
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

it('300 graphs of up to 6 levels below the root answer as the model does', async () => {
  const random = seeded(42);
  const draw: Draw = (below) => Math.floor(random() * below);
  let refused = 0;
  for (let run = 0; run < 300; run++) {
    const sample = sampleGraph(draw);
    const rewarded: string[] = [];
    const graph = buildGraph(sample.node, ({ name }) => new Scribe(name, sample.routes, rewarded));
    const call = new Call('p');
    const expectedRouting = new Map<string, number>();
    const expected = attempt(() => modelPredict(sample, 'x', expectedRouting));
    const answer = await predict(graph, Message.ofValue('x'), call).then(
      ({ value }) => value,
      (error: { node: string; value: number }) => `${error.node} ${error.value}`,
    );
    expect(answer).toBe(expected);
    if (/^n\d+ -?\d+$/.test(expected)) {
      refused++;
      continue;
    }
    const byName = (routing: Map<string, number>) => Object.fromEntries([...routing].sort());
    expect(byName(call.routing)).toEqual(byName(expectedRouting));
    await sendFeedback(graph, Message.ofValue('r'), Object.fromEntries(call.routing), call);
    expect(rewarded.sort()).toEqual(modelFeedback(sample.node, expectedRouting).sort());
  }
  expect(refused).toBeGreaterThan(10);
  expect(refused).toBeLessThan(150);
});
