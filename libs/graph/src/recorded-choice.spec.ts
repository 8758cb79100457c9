import { describe, expect, it } from '@jest/globals';
import { nodesOf } from './nodes-of.js';
import { parseDeployments } from './parse-deployments.js';
import { recordedChoiceOf } from './recorded-choice.js';

const model = (name: string) => ({ name, type: 'MODEL', endpoint: { service_host: 'elsewhere' } });

function choicesOf(graph: object) {
  const [deployment] = parseDeployments(
    JSON.stringify({
      apiVersion: 'machinelearning.seldon.io/v1',
      kind: 'SeldonDeployment',
      metadata: { name: 'd' },
      spec: { predictors: [{ name: 'p', graph }] },
    }),
  );
  return nodesOf(deployment!.predictors[0]!.graph).map(recordedChoiceOf);
}

describe('the choices that are recorded', () => {
  it.each([
    ['a ROUTER with a component', { type: 'ROUTER' }],
    ['a node that routes among other methods', { type: 'TRANSFORMER', methods: ['ROUTE'] }],
    ['SIMPLE_ROUTER', { implementation: 'SIMPLE_ROUTER' }],
  ])('are those of %s, by the policy "component" and for rewards of any size', (_what, kind) => {
    const choices = choicesOf({
      ...model('r'),
      type: undefined,
      ...kind,
      children: [model('a'), model('b')],
    });
    expect(choices).toEqual([
      { policy: 'component', options: {}, arms: ['a', 'b'], metric: { min: -1e12, max: 1e12 } },
      null,
      null,
    ]);
  });

  it('are those of an experiment, by its own policy', () => {
    const [choice] = choicesOf({ name: 'r', implementation: 'RANDOM', children: [model('a'), model('b')] });
    expect(choice).toMatchObject({ policy: 'random', arms: ['a', 'b'] });
  });

  it('are not those of nodes that ask all of their children', () => {
    expect(choicesOf({ ...model('c'), type: 'COMBINER', children: [model('a')] })).toEqual([null, null]);
  });
});
