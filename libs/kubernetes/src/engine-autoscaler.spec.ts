import { describe, expect, it } from '@jest/globals';
import { type InvalidDeploymentError, parseManifest } from '#graph';
import { readRenderOptions, render } from './index.js';

const [MAX, MIN, TARGET] = ['max-replicas', 'min-replicas', 'target-in-flight'].map(
  (name) => `switchyard.io/engine-${name}`,
) as [string, string, string];

type Fields = Readonly<Record<string, unknown>>;

function rendered(annotations: Fields, componentSpec: Fields = {}, predictor: Fields = {}) {
  const spec = { containers: [{ name: 'model', image: 'm' }] };
  return render(
    parseManifest({
      apiVersion: 'machinelearning.seldon.io/v1',
      kind: 'SeldonDeployment',
      metadata: { name: 'd' },
      spec: {
        replicas: 3,
        predictors: [
          {
            ...{ name: 'p', annotations, graph: { name: 'model' }, ...predictor },
            componentSpecs: [{ spec, ...componentSpec }],
          },
        ],
      },
    }),
    readRenderOptions({}),
  );
}

function problemsOf(annotations: Fields, componentSpec: Fields = {}): readonly string[] {
  try {
    rendered(annotations, componentSpec);
    return [];
  } catch (error) {
    return (error as InvalidDeploymentError).lines;
  }
}

const at = (name: string) => `spec.predictors[0].annotations["${name}"]`;
const replicasOf = (objects: ReturnType<typeof render>) =>
  (objects.find(({ kind }) => kind === 'Deployment')!.spec as Fields).replicas;

describe("an engine's autoscaler", () => {
  it('leaves the replicas to itself', () => {
    expect(replicasOf(rendered({}))).toBe(3);
    expect(replicasOf(rendered({ [MAX]: '5', [TARGET]: '20' }))).toBeUndefined();
  });

  it.each<[string, Fields, Fields, readonly string[]]>([
    [
      'no target',
      { [MAX]: '5' },
      {},
      [`metadata.annotations["${TARGET}"]: expected a whole number from 1 to 10000, got nothing`],
    ],
    [
      'what is no number',
      { [MAX]: 'many', [TARGET]: '0.5' },
      {},
      [
        `${at(MAX)}: expected a whole number from 1 to 10000, got "many"`,
        `${at(TARGET)}: expected a whole number from 1 to 10000, got "0.5"`,
      ],
    ],
    [
      'more than Kubernetes should be asked for',
      { [MAX]: '10001', [TARGET]: '1' },
      {},
      [`${at(MAX)}: expected a whole number from 1 to 10000, got "10001"`],
    ],
    [
      'a least above the most',
      { [MAX]: '2', [MIN]: '3', [TARGET]: '1' },
      {},
      [`${at(MIN)}: expected at most ${MAX}, which is 2, got 3`],
    ],
    [
      'an hpaSpec for the same pods',
      { [MAX]: '2', [TARGET]: '1' },
      { hpaSpec: { maxReplicas: 2 } },
      [
        `${at(MAX)}: hpaSpec scales the Deployment that holds the engine already: expected one of the two, or seldon.io/engine-separate-pod`,
      ],
    ],
    [
      'a kedaSpec for the same pods',
      { [MAX]: '2', [TARGET]: '1' },
      { kedaSpec: { triggers: [] } },
      [
        `${at(MAX)}: kedaSpec scales the Deployment that holds the engine already: expected one of the two, or seldon.io/engine-separate-pod`,
      ],
    ],
    [
      'a predictor without an engine',
      { [MAX]: '2', [TARGET]: '1', 'seldon.io/no-engine': 'true' },
      {},
      [`${at(MAX)}: the predictor has no engine to scale`],
    ],
  ])('refuses %s', (_, annotations, componentSpec, problems) => {
    expect(problemsOf(annotations, componentSpec)).toEqual(problems);
  });
});
