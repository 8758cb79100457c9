import { describe, expect, it } from '@jest/globals';
import { patchSchema } from './experiments/experiment-patch.js';
import { ZodPipe } from './zod.pipe.js';

const transform = (value: unknown) => new ZodPipe().transform(value, { type: 'body', schema: patchSchema });

describe('ZodPipe', () => {
  it.each([
    { policy: 'random' },
    { weights: [0.9, 0.1] },
    { weights: { a: 1 } },
    { options: { epsilon: 0.1, weights: { a: 1 } } },
    { arms: { a: { enabled: false } } },
  ])('lets %j through as it is', (patch) => {
    expect(transform(patch)).toEqual(patch);
  });

  it.each<[unknown, string]>([
    [null, 'body must be an object, got null'],
    [undefined, 'body must be an object, got nothing'],
    [[], 'body must be an object, got []'],
    [{}, 'body must be an object with at least one of policy, options, weights and arms, got {}'],
    [{ polcy: 'random' }, 'polcy must be left out: there is no such field, got "random"'],
    [{ policy: 7 }, 'policy must be a string, got 7'],
    [{ weights: ['0.5', 0.5] }, 'weights[0] must be a finite number, got "0.5"'],
    [{ weights: [0.5, null] }, 'weights[1] must be a finite number, got null'],
    [{ weights: [Number.POSITIVE_INFINITY] }, 'weights[0] must be a finite number, got Infinity'],
    [{ weights: { 'model-a': true } }, 'weights.model-a must be a finite number, got true'],
    [{ weights: 'half' }, 'weights must be an array or an object, got "half"'],
    [{ options: { epsilon: '0.1' } }, 'options.epsilon must be a finite number or an object, got "0.1"'],
    [{ options: [] }, 'options must be an object, got []'],
    [{ arms: { a: { enabled: 'no' } } }, 'arms.a.enabled must be true or false, got "no"'],
    [{ arms: { a: { on: true } } }, 'arms.a.enabled must be true or false, got nothing'],
    [
      { arms: { a: { enabled: true, weight: 1 } } },
      'arms.a.weight must be left out: there is no such field, got 1',
    ],
    [
      JSON.parse('{"__proto__":{"policy":"random"}}'),
      '__proto__ must be left out: there is no such field, got {"policy":"random"}',
    ],
  ])('refuses %j', (patch, message) => {
    expect(() => transform(patch)).toThrow(message);
  });

  it('does not repeat all of a long value', () => {
    expect(() => transform({ policy: ['x'.repeat(1000)] })).toThrow(/^.{50,200}$/);
  });
});
