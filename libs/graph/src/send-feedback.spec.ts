import { describe, expect, it } from '@jest/globals';
import { Message } from '#protocol';
import {
  buildGraph,
  Call,
  Component,
  ComponentError,
  type GraphNode,
  InvalidRouteError,
  MissingRoutingError,
  parseDeployments,
  sendFeedback,
} from './index.js';

const containers = 'tr r s t a b c d comb m'.split(' ').map((name) => ({ name }));

function graphOf(graph: unknown): GraphNode {
  const text = JSON.stringify({
    apiVersion: 'machinelearning.seldon.io/v1',
    kind: 'SeldonDeployment',
    metadata: { name: 'test' },
    spec: { predictors: [{ name: 'main', componentSpecs: [{ spec: { containers } }], graph }] },
  });
  return parseDeployments(text)[0]!.predictors[0]!.graph;
}

class Learner extends Component {
  constructor(
    private readonly name: string,
    private readonly told: string[],
    private readonly fails: boolean,
  ) {
    super();
  }

  override async sendFeedback(feedback: Message): Promise<Message> {
    this.told.push(this.name);
    if (this.fails) throw new ComponentError(this.name, 'sendFeedback', 500, 'broken', 'BROKEN');
    return Message.ofValue({ by: this.name, about: feedback.value });
  }
}

async function run(node: unknown, routing: Record<string, number>, failing = '') {
  const told: string[] = [];
  const graph = buildGraph(graphOf(node), ({ name }) => new Learner(name, told, name === failing));
  const outcome = await sendFeedback(graph, Message.ofValue('reward'), routing, new Call('p')).then(
    (answer) => ({ answer: answer?.value ?? null, error: undefined }),
    (error: unknown) => ({ answer: undefined, error }),
  );
  return { ...outcome, told };
}

const model = (name: string) => ({ name, type: 'MODEL' });
const router = { name: 'r', type: 'ROUTER', children: [model('a'), model('b')] };
const experiment = { name: 'e', implementation: 'RANDOM', children: [model('a'), model('b')] };

/** Reference seldon-v1.md, section 4.6; no arm is rewarded by guess (design.md, section 7). */
describe('sendFeedback', () => {
  it.each<[string, unknown, Record<string, number>, string[], unknown]>([
    ['a MODEL', model('a'), {}, ['a'], { by: 'a', about: 'reward' }],
    ['the chosen child, then its router', router, { r: 1 }, ['b', 'r'], { by: 'r', about: 'reward' }],
    [
      'all children of a router that asked all',
      router,
      { r: -1 },
      ['a', 'b', 'r'],
      { by: 'r', about: 'reward' },
    ],
    ['a router that asked none', router, { r: -2 }, ['r'], { by: 'r', about: 'reward' }],
    [
      'the models below a transformer, which is not called',
      { name: 'tr', type: 'TRANSFORMER', children: [router] },
      { tr: -1, r: 0, a: -1 },
      ['a', 'r'],
      null,
    ],
    [
      'all children of a node that never routes',
      { name: 'comb', type: 'COMBINER', children: [model('a'), model('b')] },
      {},
      ['a', 'b'],
      null,
    ],
    [
      'the only child of a router',
      { ...router, children: [model('a')] },
      {},
      ['a', 'r'],
      { by: 'r', about: 'reward' },
    ],
    ['the arm of an experiment, which is not called', experiment, { e: 1 }, ['b'], null],
    [
      'a node with SEND_FEEDBACK',
      { name: 'm', methods: ['TRANSFORM_INPUT', 'SEND_FEEDBACK'], children: [model('a')] },
      {},
      ['a', 'm'],
      { by: 'm', about: 'reward' },
    ],
    ['nobody', { name: 'tr', type: 'TRANSFORMER' }, {}, [], null],
  ])('reaches %s', async (_case, graph, routing, told, answer) => {
    const outcome = await run(graph, routing);
    expect(outcome).toEqual({ answer, error: undefined, told });
  });

  it.each([
    ['nothing', {}],
    ['other nodes', { tr: -1, constructor: 1 }],
  ])('rewards nobody when the routing says %s', async (_case, routing) => {
    const { error, told } = await run(
      { name: 'tr', type: 'TRANSFORMER', children: [router] },
      routing as never,
    );
    expect(error).toBeInstanceOf(MissingRoutingError);
    expect((error as Error).message).toContain(
      'response.meta.routing.r must say which child of node r answered',
    );
    expect(told).toEqual([]);
  });

  it('asks for its own members only: a node may be called constructor', async () => {
    const graph = { name: 'constructor', implementation: 'RANDOM', children: [model('a'), model('b')] };
    expect((await run(graph, {})).error).toBeInstanceOf(MissingRoutingError);
  });

  it('rewards nobody when one of two routers is missing', async () => {
    const other = { name: 's', type: 'ROUTER', children: [model('c'), model('d')] };
    const { error, told } = await run(
      { name: 'comb', type: 'COMBINER', children: [router, other] },
      { r: 0 },
    );
    expect(error).toMatchObject({ node: 's' });
    expect(told).toEqual([]);
  });

  it.each([2, 7, -3, 0.5])('refuses the route %d', async (route) => {
    const { error, told } = await run(router, { r: route });
    expect(error).toBeInstanceOf(InvalidRouteError);
    expect(error).toMatchObject({ node: 'r', value: route, children: 2 });
    expect(told).toEqual([]);
  });

  it.each([-1, -2])('refuses the route %d at an experiment, which chose exactly one', async (route) => {
    const { error, told } = await run(experiment, { e: route });
    expect(error).toBeInstanceOf(MissingRoutingError);
    expect(error).toMatchObject({ node: 'e', got: route });
    expect(told).toEqual([]);
  });

  it('does not tell a router whose child failed, but tells the other children', async () => {
    const { error, told } = await run(router, { r: -1 }, 'a');
    expect(error).toMatchObject({ name: 'ComponentError', node: 'a' });
    expect(told).toEqual(['a', 'b']);
  });
});
