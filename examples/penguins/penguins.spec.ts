import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Call, type Component, ComponentError, type GraphNode, nodesOf, parseDeployments } from '#graph';
import { Message } from '#protocol';
import type { ComponentSet } from '#transport';
import { joinRealm } from '../../libs/transport/src/testing/join-realm.js';

joinRealm();
const { createComponents, readComponents } = await import('#transport');

const folder = fileURLToPath(new URL('.', import.meta.url));
const inFolder = (file: string) => new URL(file, import.meta.url);

/** Held-out rows with what scikit-learn (features) and onnxruntime for Python (probabilities) made of them. */
interface HeldOut {
  readonly names: string[];
  readonly cases: {
    readonly row: (string | number | null)[];
    readonly features: number[];
    readonly 'model-a': number[];
    readonly 'model-b': number[];
  }[];
}

type Answer = { data: { names: string[]; ndarray: number[][] } };

const { names, cases }: HeldOut = JSON.parse(await readFile(inFolder('training/held-out.json'), 'utf8'));
const call = new Call('puid-1');
const example = ['Biscoe', 'male', 45.2, 14.8, 212, 5200];

let components: ComponentSet;
const component: Record<string, Component> = {};

beforeAll(async () => {
  const [deployment] = parseDeployments(await readFile(inFolder('deployment.yaml'), 'utf8'));
  const predictor = deployment!.predictors[0]!;
  components = await createComponents(predictor, {
    folder,
    components: await readComponents(fileURLToPath(inFolder('components.yaml'))),
    namespace: deployment!.namespace,
    deployment: deployment!.name,
  });
  const called = nodesOf(predictor.graph).filter(({ name }: GraphNode) => name !== 'router');
  for (const node of called) component[node.name] = components.componentOf(node);
});

afterAll(() => components?.close());

async function transform(ndarray: unknown, given: string[] = names): Promise<Message> {
  return component.transformer!.transformInput(Message.ofValue({ data: { names: given, ndarray } }), call);
}

async function features(row: unknown, given?: string[]): Promise<number[]> {
  return ((await transform([row], given)).value as Answer).data.ndarray[0]!;
}

function expectClose(got: readonly number[], expected: readonly number[], tolerance: number): void {
  expect(got).toHaveLength(expected.length);
  for (const [i, value] of expected.entries()) expect(Math.abs(got[i]! - value)).toBeLessThan(tolerance);
}

describe('the penguins', () => {
  it('are encoded as scikit-learn encodes them', async () => {
    const { data } = (await transform(cases.map(({ row }) => row))).value as Answer;
    for (const [i, { features: expected }] of cases.entries()) expectClose(data.ndarray[i]!, expected, 1e-12);
    expect(data.names).toEqual([
      'Island=Biscoe',
      'Island=Dream',
      'Island=Torgersen',
      'Sex=female',
      'Sex=male',
      ...names.slice(2),
    ]);
  });

  it.each(['model-a', 'model-b'] as const)('are predicted by %s as in Python', async (model) => {
    const answer = await component[model]!.predict(await transform(cases.map(({ row }) => row)), call);
    const { data } = answer.value as Answer;
    expect(data.names).toEqual(['Adelie', 'Chinstrap', 'Gentoo']);
    for (const [i, expected] of cases.entries()) expectClose(data.ndarray[i]!, expected[model], 1e-6);
  });

  it('are known under categories in any case, and by name in any order', async () => {
    const expected = await features(example);
    expect(await features(['bISCOE', 'MALE', ...example.slice(2)])).toEqual(expected);
    expect(await features(example.toReversed(), names.toReversed())).toEqual(expected);
    expect(await features(example, ['a', 'b', 'c', 'd', 'e', 'f'])).toEqual(expected);
  });

  it.each([
    [[example.slice(1)], 'row 0: expected 6 columns (Island, Sex, Beak Length (mm)'],
    [[example, [...example, 1]], 'got 7'],
    [[example, 7], 'row 1: expected 6 columns'],
    [
      [example.with(0, 'Skye')],
      'row 0, column "Island": expected one of Biscoe, Dream, Torgersen or null, got "Skye"',
    ],
    [[example.with(1, 1)], 'row 0, column "Sex": expected one of female, male or null, got 1'],
    [[example.with(5, '5200')], 'row 0, column "Body Mass (g)": expected a number or null, got "5200"'],
  ])('are refused as %j', async (rows, problem) => {
    const refusal = await transform(rows).catch((thrown: unknown) => thrown);
    expect(refusal).toBeInstanceOf(ComponentError);
    expect(refusal).toMatchObject({ node: 'transformer', status: 400 });
    expect((refusal as ComponentError).info).toContain(problem);
  });
});
