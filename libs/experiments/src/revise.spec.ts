import { describe, expect, it } from '@jest/globals';
import { declareExperiment } from './declare-experiment.js';
import type { ExperimentPatch } from './experiment.js';
import { revise } from './revise.js';

const place = { namespace: 'n', deployment: 'd', predictor: 'p', node: 'r' };
const { config } = declareExperiment(place, {
  policy: 'epsilon-greedy',
  options: { epsilon: 0.2, decay: 0.5 },
  arms: ['a', 'b'],
  metric: {},
});

describe('a revision', () => {
  it('merges options and says what changed', () => {
    const { config: revised, changes } = revise(config, { options: { epsilon: 0.4 } });
    expect(revised.options).toEqual({ epsilon: 0.4, decay: 0.5, floor: 0 });
    expect(changes).toEqual([{ field: 'options.epsilon', from: 0.2, to: 0.4 }]);
  });

  it('starts a new policy with its own defaults', () => {
    expect(revise(config, { policy: 'thompson-sampling', options: { alpha: 3 } }).config.options).toEqual({
      alpha: 3,
      beta: 1,
      floor: 0.01,
    });
  });

  it.each([{ weights: [0.9, 0.1] }, { weights: { a: 0.9, b: 0.1 } }])('becomes weighted by %j', (patch) => {
    const { policy, options } = revise(config, patch).config;
    expect({ policy, options }).toEqual({
      policy: 'weighted',
      options: { weights: { a: 0.9, b: 0.1 }, floor: 0 },
    });
  });

  it('turns an arm off', () => {
    const { changes } = revise(config, { arms: { b: { enabled: false } } });
    expect(changes).toEqual([{ field: 'arms.b.enabled', from: true, to: false }]);
  });

  it('is none where nothing differs', () => {
    expect(revise(config, { policy: 'epsilon-greedy', arms: { a: { enabled: true } } }).changes).toEqual([]);
  });
});

const off = { a: { enabled: false }, b: { enabled: false } };

it.each([
  [{ weights: [0.9] }, 'weights must be 2 numbers, one each for a, b, got [0.9]'],
  [{ weights: [0, 0] }, 'weights must be shares that sum to 1, got 0'],
  [{ weights: [1.5, -0.5] }, 'weights.b must be a finite number of at least 0, got -0.5'],
  [{ weights: [0.5, Number.NaN] }, 'weights.b must be a finite number of at least 0, got NaN'],
  [{ weights: 'half' }, 'weights must be an object with a share for a, b, got "half"'],
  [{ weights: { a: 0.5, c: 0.5 } }, 'weights.c must be absent: the arms are a, b, got 0.5'],
  [
    { policy: 'random', weights: [0.5, 0.5] },
    'weights must be left out when policy is random, got [0.5,0.5]',
  ],
  [{ policy: 'weighted' }, 'weights must be an object with a share for a, b, got nothing'],
  [
    { weights: [1, 0], arms: { a: { enabled: false } } },
    'weights must be positive for an enabled arm (b), got {"a":1,"b":0}',
  ],
  [
    { policy: 'magic' },
    'policy must be one of random, weighted, epsilon-greedy, thompson-sampling, got "magic"',
  ],
  [{ options: { epsilon: 2 } }, 'options.epsilon must be between 0 and 1, got 2'],
  [
    { options: { gamma: 1 } },
    'options.gamma must be absent: epsilon-greedy has epsilon, decay, floor, got 1',
  ],
  [{ options: [] }, 'options must be an object, got []'],
  [{ arms: { c: { enabled: true } } }, 'arms.c must be one of a, b, got "c"'],
  [{ arms: { a: { enabled: 'no' } } }, 'arms.a.enabled must be true or false, got "no"'],
  [
    { arms: off },
    'arms must be such that at least one stays enabled, got {"a":{"enabled":false},"b":{"enabled":false}}',
  ],
  [{ wieghts: [1, 0] }, 'wieghts must be one of policy, options, weights, arms, got "wieghts"'],
  [null, 'the patch must be an object, got null'],
])('refuses %j', (patch, message) => {
  expect(() => revise(config, patch as ExperimentPatch)).toThrow(message);
});

it.each([
  [{ policy: 'random' }, 'policy'],
  [{ weights: [0.5, 0.5] }, 'weights'],
  [{ arms: { b: { enabled: false } } }, 'arms'],
])('refuses %j where a component makes the choice, and says so', (patch, field) => {
  const spec = { policy: 'component', options: {}, arms: ['a', 'b'], metric: {} };
  const ofComponent = declareExperiment(place, spec).config;
  expect(ofComponent.options).toEqual({});
  expect(() => revise(ofComponent, patch as ExperimentPatch)).toThrow(
    `${field} must be left out: the node's own component makes the choice, got`,
  );
});
