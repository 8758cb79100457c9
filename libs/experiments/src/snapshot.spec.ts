import { expect, it } from '@jest/globals';
import { seeded } from '#bandits';
import { declareExperiment } from './declare-experiment.js';
import type { ExperimentConfig } from './experiment.js';
import { revise } from './revise.js';
import { openSnapshot } from './snapshot.js';

const place = { namespace: 'n', deployment: 'd', predictor: 'p', node: 'r' };
const { config } = declareExperiment(place, {
  policy: 'weighted',
  options: { weights: { a: 0.7, b: 0.2, c: 0.1 } },
  arms: ['a', 'b', 'c'],
  metric: {},
});

function snapshot(of: ExperimentConfig, evidence = []) {
  const published = { experimentId: 'e', name: 'n.d.p.r', salt: 's', revision: 2, evidenceVersion: 5 };
  return openSnapshot({ ...published, config: of, evidence });
}

it('records a choice with the probabilities that it was made with', () => {
  const { arm, propensity, probabilities, ...others } = snapshot(config).decide({
    id: 'p-1',
    at: 7,
    unit: 'u',
  });
  expect(others).toEqual({ experimentId: 'e', id: 'p-1', at: 7, revision: 2, evidenceVersion: 5, unit: 'u' });
  const expected = [0.7, 0.2, 0.1];
  expected.forEach((value, index) => {
    expect(probabilities[index]).toBeCloseTo(value, 12);
  });
  expect(propensity).toBe(probabilities[['a', 'b', 'c'].indexOf(arm)]);
});

it('gives a unit its arm whatever the request, and a request its arm without a unit', () => {
  const taken = snapshot(config);
  const random = seeded(1);
  for (let i = 0; i < 100; i++) {
    const unit = String(random());
    const { arm } = taken.decide({ id: String(random()), at: 1, unit });
    expect(taken.decide({ id: unit, at: 1 }).arm).toBe(arm);
    expect(config.arms[taken.decideIndex(unit)]?.id).toBe(arm);
  }
});

it('never chooses an arm that is off', () => {
  const taken = snapshot(revise(config, { arms: { a: { enabled: false } } }).config);
  expect(taken.probabilities[0]).toBeNull();
  expect(taken.probabilities[1]).toBeCloseTo(2 / 3, 12);
  for (let i = 0; i < 1000; i++) expect(taken.decideIndex(String(i))).not.toBe(0);
});

it('chooses among the arms that a graph has, and says with which probabilities', () => {
  const taken = snapshot(config).among(
    new Map([
      ['b', 0],
      ['c', 1],
      ['new', 2],
    ]),
  );
  expect(taken.probabilities[0]).toBeNull();
  for (let i = 0; i < 1000; i++) {
    const { arm, propensity } = taken.decide({ id: String(i), at: 1 });
    expect(propensity).toBeCloseTo({ b: 2 / 3, c: 1 / 3 }[arm]!, 12);
  }
});

it('stays as it is for a graph that has all of its arms, or none', () => {
  const taken = snapshot(revise(config, { arms: { a: { enabled: false } } }).config);
  expect(
    taken.among(
      new Map([
        ['b', 0],
        ['c', 1],
      ]),
    ),
  ).toBe(taken);
  expect(taken.among(new Map([['x', 0]]))).toBe(taken);
});

it.each([
  ['an unknown policy', { ...config, policy: 'of-a-later-version' }],
  ['options of another', { ...config, options: {} }],
])('falls back to equal shares on %s', (_what, broken) => {
  expect(snapshot(broken).probabilities).toEqual([1 / 3, 1 / 3, 1 / 3]);
});

it("records a component's choice with the propensity that it stated, or none, and knows no probabilities", () => {
  const spec = { policy: 'component', options: {}, arms: ['a', 'b'], metric: {} };
  const taken = snapshot(declareExperiment(place, spec).config);
  expect(taken.probabilities).toEqual([null, null]);
  const common = {
    experimentId: 'e',
    revision: 2,
    evidenceVersion: 5,
    unit: null,
    probabilities: [null, null],
  };
  for (const propensity of [0.25, null]) {
    const choice = { id: 'p-1', at: 7, arm: 'b', propensity };
    expect(taken.record(choice)).toEqual({ ...common, ...choice });
  }
});
