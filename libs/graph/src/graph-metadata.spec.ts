import { describe, expect, it } from '@jest/globals';
import type { GraphNode, NodeType } from './deployment.js';
import { graphMetadata } from './index.js';

const node = (name: string, type: NodeType, ...children: GraphNode[]) =>
  ({ name, type, children }) as unknown as GraphNode;
const models = new Map(
  ['a', 'b', 'c'].map((name) => [name, { name, inputs: [`in-${name}`], outputs: [`out-${name}`] }]),
);
const leaf = node('b', 'MODEL');

/** Reference seldon-v1.md, section 1.12. */
describe('graphMetadata', () => {
  it.each<[string, GraphNode, string, string]>([
    ['a MODEL', leaf, 'in-b', 'out-b'],
    ['a leaf of any type', node('b', 'OUTPUT_TRANSFORMER'), 'in-b', 'out-b'],
    ['a MODEL with a child', node('a', 'MODEL', leaf), 'in-a', 'out-b'],
    ['a TRANSFORMER', node('a', 'TRANSFORMER', leaf), 'in-a', 'out-b'],
    ['an OUTPUT_TRANSFORMER', node('a', 'OUTPUT_TRANSFORMER', leaf), 'in-b', 'out-a'],
    ['a COMBINER', node('a', 'COMBINER', leaf, node('c', 'MODEL')), 'in-b', 'out-a'],
    ['a ROUTER', node('a', 'ROUTER', leaf, node('c', 'MODEL')), 'in-b', 'out-b'],
    ['a ROUTER under a TRANSFORMER', node('c', 'TRANSFORMER', node('a', 'ROUTER', leaf)), 'in-c', 'out-b'],
  ])('of %s', (_case, root, input, output) => {
    expect(graphMetadata('p', root, models)).toMatchObject({
      name: 'p',
      graphinputs: [input],
      graphoutputs: [output],
    });
  });

  it('leaves out what is empty, and always has lists', () => {
    const said = new Map([['a', { platform: '', custom: {}, inputs: null }]]);
    expect(graphMetadata('p', node('a', 'MODEL'), said)).toEqual({
      name: 'p',
      models: { a: { name: 'a', versions: [], inputs: [], outputs: [] } },
      graphinputs: [],
      graphoutputs: [],
    });
  });
});
