import { describe, expect, it } from '@jest/globals';
import { Message } from '#protocol';
import {
  buildGraph,
  Call,
  Component,
  ComponentError,
  type GraphNode,
  InvalidRouteError,
  type NodeMethod,
  type NodeType,
  predict,
} from './index.js';

interface Shape {
  readonly name: string;
  readonly type?: NodeType;
  readonly methods?: readonly NodeMethod[];
  readonly implementation?: string;
  /** What its component answers to `route`. */
  readonly route?: number;
  readonly fails?: boolean;
  readonly children?: readonly Shape[];
}

function nodeOf(shape: Shape): GraphNode {
  return {
    name: shape.name,
    path: 'spec.predictors[0].graph',
    type: shape.type ?? 'UNKNOWN_TYPE',
    implementation: shape.implementation ?? 'UNKNOWN_IMPLEMENTATION',
    methods: shape.methods ?? [],
    parameters: [],
    children: (shape.children ?? []).map(nodeOf),
    endpoint: { type: 'REST', host: 'localhost', httpPort: 9000, grpcPort: 9500 },
    modelUri: undefined,
  };
}

/** Writes its call around the text of the message, and into the list of calls. */
class Scribe extends Component {
  constructor(
    private readonly shape: Shape,
    private readonly calls: string[],
  ) {
    super();
  }

  private async write(call: string, text: string): Promise<Message> {
    this.calls.push(`${this.shape.name}.${call}(${text})`);
    // Later children answer first.
    if (call === 'predict') await Promise.resolve();
    if (this.shape.fails) throw new ComponentError(this.shape.name, call, 503, 'is down', 'DOWN');
    return Message.ofValue(`${this.shape.name}.${call}(${text})`);
  }

  override predict = (message: Message) => this.write('predict', String(message.value));
  override transformInput = (message: Message) => this.write('in', String(message.value));
  override transformOutput = (message: Message) => this.write('out', String(message.value));
  override aggregate = (messages: readonly Message[]) =>
    this.write('aggregate', messages.map(({ value }) => value).join('|'));

  override async route(message: Message): Promise<number> {
    await this.write('route', String(message.value));
    return this.shape.route ?? -1;
  }
}

async function run(shape: Shape) {
  const shapes = new Map<string, Shape>();
  const list = (one: Shape): void => {
    shapes.set(one.name, one);
    for (const child of one.children ?? []) list(child);
  };
  list(shape);
  const calls: string[] = [];
  const call = new Call('p-1');
  const graph = buildGraph(nodeOf(shape), ({ name }) => new Scribe(shapes.get(name)!, calls));
  const outcome = await predict(graph, Message.ofValue('x'), call).then(
    (message) => ({ answer: message.value, error: undefined }),
    (error: unknown) => ({ answer: undefined, error }),
  );
  return { ...outcome, calls, routing: Object.fromEntries(call.routing) };
}

const a: Shape = { name: 'a', type: 'MODEL' };
const b: Shape = { name: 'b', type: 'MODEL' };

/** Reference seldon-v1.md, sections 4.1 and 4.5, row by row. */
describe('predict', () => {
  it.each<[string, Shape, string, Record<string, number>]>([
    ['a MODEL', a, 'a.predict(x)', { a: -1 }],
    ['a MODEL with a child', { ...a, children: [b] }, 'b.predict(a.predict(x))', { a: -1, b: -1 }],
    ['a TRANSFORMER', { name: 't', type: 'TRANSFORMER' }, 't.in(x)', { t: -1 }],
    [
      'a TRANSFORMER with a child',
      { name: 't', type: 'TRANSFORMER', children: [a] },
      'a.predict(t.in(x))',
      { t: -1, a: -1 },
    ],
    [
      'an OUTPUT_TRANSFORMER with a child',
      { name: 'o', type: 'OUTPUT_TRANSFORMER', children: [a] },
      'o.out(a.predict(x))',
      { o: -1, a: -1 },
    ],
    ['an OUTPUT_TRANSFORMER alone', { name: 'o', type: 'OUTPUT_TRANSFORMER' }, 'o.out(x)', {}],
    [
      'a ROUTER to the first',
      { name: 'r', type: 'ROUTER', route: 0, children: [a, b] },
      'a.predict(x)',
      { r: 0, a: -1 },
    ],
    [
      'a ROUTER to the second',
      { name: 'r', type: 'ROUTER', route: 1, children: [a, b] },
      'b.predict(x)',
      { r: 1, b: -1 },
    ],
    [
      'a ROUTER to all: the first answer',
      { name: 'r', type: 'ROUTER', route: -1, children: [a, b] },
      'a.predict(x)',
      { r: -1, a: -1, b: -1 },
    ],
    ['a ROUTER to none', { name: 'r', type: 'ROUTER', route: -2, children: [a, b] }, 'x', { r: -2 }],
    ['a ROUTER alone', { name: 'r', type: 'ROUTER', route: 0 }, 'x', {}],
    [
      'a COMBINER',
      { name: 'c', type: 'COMBINER', children: [a, b] },
      'c.aggregate(a.predict(x)|b.predict(x))',
      { c: -1, a: -1, b: -1 },
    ],
    ['a COMBINER alone', { name: 'c', type: 'COMBINER' }, 'x', {}],
    ['nothing to call', { name: 'n' }, 'x', {}],
    [
      'nothing to call, with children',
      { name: 'n', children: [a, b] },
      'a.predict(x)',
      { n: -1, a: -1, b: -1 },
    ],
    [
      'all methods',
      {
        name: 'm',
        methods: ['TRANSFORM_INPUT', 'ROUTE', 'AGGREGATE', 'TRANSFORM_OUTPUT', 'SEND_FEEDBACK'],
        route: 1,
        children: [a, b],
      },
      'm.out(m.aggregate(b.predict(m.in(x))))',
      { m: 1, b: -1 },
    ],
    [
      'none after a transformation: its output still counts',
      {
        name: 'm',
        methods: ['TRANSFORM_INPUT', 'ROUTE', 'AGGREGATE', 'TRANSFORM_OUTPUT'],
        route: -2,
        children: [a],
      },
      'm.out(m.in(x))',
      { m: -2 },
    ],
    [
      'methods beside a type',
      { name: 'a', type: 'MODEL', methods: ['TRANSFORM_INPUT', 'TRANSFORM_OUTPUT'] },
      'a.out(a.predict(x))',
      { a: -1 },
    ],
    [
      'an experiment, which gets no other call',
      {
        name: 'e',
        type: 'ROUTER',
        implementation: 'RANDOM',
        methods: ['TRANSFORM_OUTPUT'],
        route: 1,
        children: [a, b],
      },
      'b.predict(x)',
      { e: 1, b: -1 },
    ],
    [
      'a router under a combiner',
      {
        name: 'c',
        type: 'COMBINER',
        children: [
          { name: 'r', type: 'ROUTER', route: 1, children: [a, b] },
          { name: 'd', type: 'MODEL' },
        ],
      },
      'c.aggregate(b.predict(x)|d.predict(x))',
      { c: -1, r: 1, b: -1, d: -1 },
    ],
  ])('runs %s', async (_case, shape, answer, routing) => {
    expect(await run(shape)).toMatchObject({ answer, error: undefined });
    expect((await run(shape)).routing).toEqual(routing);
  });

  it.each([7, 2, -3, 0.5, Number.NaN])('refuses the route %d and calls no child', async (route) => {
    const { error, calls, routing } = await run({ name: 'r', type: 'ROUTER', route, children: [a, b] });
    expect(error).toBeInstanceOf(InvalidRouteError);
    expect(error).toMatchObject({ node: 'r', value: route, children: 2 });
    expect((error as Error).message).toContain(`node r must be the index of one of its 2 children`);
    expect(calls).toEqual(['r.route(x)']);
    expect(routing).toEqual({});
  });

  it('refuses a route that is no number', async () => {
    const router: Shape = { name: 'r', type: 'ROUTER', route: '0' as unknown as number, children: [a] };
    expect((await run(router)).error).toBeInstanceOf(InvalidRouteError);
  });

  it('waits for all children, then throws the error of the first that failed', async () => {
    const children = [
      a,
      { ...b, fails: true },
      { name: 'slow', type: 'TRANSFORMER' as const, children: [{ name: 'd', type: 'MODEL' as const }] },
    ];
    const { error, calls } = await run({
      name: 'c',
      type: 'COMBINER',
      children: [...children, { name: 'e', type: 'MODEL', fails: true }],
    });
    expect(error).toMatchObject({ node: 'b', call: 'predict', status: 503 });
    expect(calls).toContain('d.predict(slow.in(x))');
    expect(calls.filter((one) => one.startsWith('c.'))).toEqual([]);
  });

  it.each(['t', 'r', 'a', 'o'])('ends with the failure of %s', async (name) => {
    const fails = (shape: Shape): Shape => ({
      ...shape,
      fails: shape.name === name,
      children: shape.children?.map(fails),
    });
    const graph: Shape = {
      name: 't',
      type: 'TRANSFORMER',
      children: [
        {
          name: 'r',
          type: 'ROUTER',
          route: 0,
          children: [{ name: 'o', type: 'OUTPUT_TRANSFORMER', children: [a] }],
        },
      ],
    };
    expect((await run(fails(graph))).error).toMatchObject({ name: 'ComponentError', node: name });
  });

  it('passes bytes through components that keep the defaults', async () => {
    class Silent extends Component {}
    const message = Message.ofBytes(Buffer.from([1, 2, 3]), 'application/octet-stream');
    const node = nodeOf({
      name: 't',
      type: 'TRANSFORMER',
      children: [{ name: 'c', type: 'COMBINER', children: [a, b] }],
    });
    expect(
      await predict(
        buildGraph(node, () => new Silent()),
        message,
        new Call('p'),
      ),
    ).toBe(message);
  });
});
