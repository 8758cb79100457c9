import { expect, it } from '@jest/globals';
import { applyDeclaration } from './apply-declaration.js';
import { declareExperiment } from './declare-experiment.js';
import { revise } from './revise.js';

const place = { namespace: 'n', deployment: 'd', predictor: 'p', node: 'r' };

function declared(arms: string[], epsilon = 0.1, max = 1) {
  const spec = { policy: 'epsilon-greedy', options: { epsilon }, arms, metric: { max } };
  return declareExperiment(place, spec).config;
}

it('changes nothing when the manifest is the same, whatever the API did', () => {
  const current = revise(declared(['a', 'b']), { weights: [1, 0] }).config;
  expect(applyDeclaration(declared(['a', 'b']), declared(['a', 'b']), current)).toBeNull();
});

it('takes over what changed in the manifest and keeps what the API changed', () => {
  const current = revise(declared(['a', 'b']), { options: { decay: 0.5 } }).config;
  const applied = applyDeclaration(declared(['a', 'b']), declared(['a', 'b'], 0.3, 5), current);
  expect(applied?.config.options).toEqual({ epsilon: 0.3, decay: 0.5, floor: 0 });
  expect(applied?.changes).toEqual([
    { field: 'options.epsilon', from: 0.1, to: 0.3 },
    { field: 'metric.max', from: 1, to: 5 },
  ]);
});

it('takes everything where nothing was applied before', () => {
  expect(applyDeclaration(null, declared(['a']), declared(['a', 'b']))?.config).toEqual(declared(['a']));
});

it('gives a new arm no weight, and shares out that of a vanished one', () => {
  const manifest = declared(['a', 'b', 'c']);
  const current = revise(manifest, { weights: [0.5, 0.3, 0.2], arms: { c: { enabled: false } } }).config;
  const applied = applyDeclaration(manifest, declared(['c', 'd', 'b']), current)!;
  expect(applied.config.policy).toBe('weighted');
  expect(applied.config.options.weights).toEqual({ c: 0.4, d: 0, b: 0.6 });
  expect(applied.config.arms).toEqual([
    { id: 'c', enabled: false },
    { id: 'd', enabled: true },
    { id: 'b', enabled: true },
  ]);
});

it('turns all arms on when the last one that was on vanishes', () => {
  const manifest = declared(['a', 'b']);
  const current = revise(manifest, { arms: { b: { enabled: false } } }).config;
  expect(applyDeclaration(manifest, declared(['b']), current)?.config.arms).toEqual([
    { id: 'b', enabled: true },
  ]);
});
