import { describe, expect, it } from '@jest/globals';
import { type Deployment, experimentOf, InvalidDeploymentError, parseDeployments } from './index.js';

interface Given {
  readonly type?: string;
  readonly parameters?: readonly (readonly [name: string, type: string, value: string])[];
  readonly arms?: number;
}

function deployed(image: string, { type = 'ROUTER', parameters = [], arms = 2 }: Given = {}): Deployment {
  const children = Array.from({ length: arms }, (_, i) => ({ name: `m${i}`, type: 'MODEL' }));
  const containers = [{ name: 'r', image }, ...children.map(({ name }) => ({ name, image: 'm:1' }))];
  const named = parameters.map(([name, kind, value]) => ({ name, type: kind, value }));
  const graph = { name: 'r', type, parameters: named, children };
  return parseDeployments(
    JSON.stringify({
      apiVersion: 'machinelearning.seldon.io/v1',
      kind: 'SeldonDeployment',
      metadata: { name: 'test' },
      spec: { predictors: [{ name: 'main', componentSpecs: [{ spec: { containers } }], graph }] },
    }),
  )[0]!;
}

const experiment = (deployment: Deployment) => experimentOf(deployment.predictors[0]!.graph);

/** Reference seldon-v1.md, section 6. */
describe("one of Seldon's bandit images", () => {
  it.each([
    ['seldonio/mab_epsilon_greedy:1.3', 'epsilon-greedy'],
    ['docker.io/seldonio/mab_epsilon_greedy_rest', 'epsilon-greedy'],
    ['registry.example:5000/mirror/seldonio/mab_thompson_sampling:0.1@sha256:00', 'thompson-sampling'],
  ])('%s on a ROUTER is the experiment %s', (image, policy) => {
    const deployment = deployed(image);
    expect(experiment(deployment)).toMatchObject({ policy, arms: ['m0', 'm1'] });
    expect(deployment.notices).toEqual([
      expect.stringContaining(`image ${image} is served by the built-in policy ${policy}`),
    ]);
  });

  it.each([
    ['somebody/mab_epsilon_greedy:1', 'ROUTER'],
    ['seldonio/mab_other:1', 'ROUTER'],
    ['seldonio/mab_epsilon_greedy:1', 'MODEL'],
  ])('%s on a %s is a component like any other', (image, type) => {
    const deployment = deployed(image, { type });
    expect(experiment(deployment)).toBeNull();
    expect(deployment.notices).toEqual([]);
  });

  it.each([
    // Seldon: the best arm has 1 - epsilon; here 1 - e + e / arms.
    [2, '0.1', 0.2],
    [4, '0.3', 0.4],
    [2, '0.9', 1],
  ])('of %d arms keeps the share of the best arm at epsilon %s', (arms, value, epsilon) => {
    const deployment = deployed('seldonio/mab_epsilon_greedy:1.3', {
      arms,
      parameters: [['epsilon', 'FLOAT', value]],
    });
    expect(experiment(deployment)!.options.epsilon).toBeCloseTo(epsilon, 12);
  });

  it('says which parameters are ignored, and takes those of the metric', () => {
    const deployment = deployed('seldonio/mab_thompson_sampling:0.1', {
      parameters: [
        ['n_branches', 'INT', '2'],
        ['verbose', 'BOOL', 'true'],
        ['reward_max', 'FLOAT', '5'],
      ],
    });
    expect(experiment(deployment)!.metric).toEqual({ max: 5 });
    expect(deployment.notices[0]).toMatch(/n_branches is ignored: .*; verbose is ignored: /);
  });

  it.each([
    [['epsilon', 'FLOAT', '2'], /parameters\[1\]\.value: epsilon must be between 0 and 1, got 2/],
    [['epsilom', 'FLOAT', '0.2'], /parameters\[1\]\.name: expected one of n_branches, .*got "epsilom"/],
  ] as const)('with %j is refused', (parameter, problem) => {
    const parse = () =>
      deployed('seldonio/mab_epsilon_greedy:1.3', { parameters: [['n_branches', 'INT', '2'], parameter] });
    expect(parse).toThrow(InvalidDeploymentError);
    expect(parse).toThrow(problem);
  });
});
