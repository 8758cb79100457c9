import { describe, expect, it } from '@jest/globals';
import { InvalidOptionError } from './invalid-option-error.js';
import { completeOptions } from './options.js';
import { policyKind, policyKinds } from './policies/index.js';

const ARMS = ['a', 'b'];

function messageOf(name: string, options: unknown, arms = ARMS): string {
  try {
    completeOptions(name, options, arms);
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidOptionError);
    return (error as Error).message;
  }
  throw new Error('accepted');
}

describe('completeOptions', () => {
  it('fills in the defaults', () => {
    expect(completeOptions('random', undefined, ARMS)).toEqual({ floor: 0 });
    expect(completeOptions('epsilon-greedy', { epsilon: 0.3 }, ARMS)).toEqual({
      epsilon: 0.3,
      decay: 0,
      floor: 0,
    });
    expect(completeOptions('thompson-sampling', {}, ARMS)).toEqual({ alpha: 1, beta: 1, floor: 0.01 });
  });

  it('leaves half of the traffic to the policy where the default floor would take more', () => {
    const arms = Array.from({ length: 200 }, (_, i) => `arm-${i}`);
    expect(completeOptions('thompson-sampling', {}, arms).floor).toBe(0.0025);
  });

  it.each([
    ['epsilon-greedy', { epsilon: 2 }, 'epsilon must be between 0 and 1, got 2'],
    ['epsilon-greedy', { epsilon: -0.1 }, 'epsilon must be between 0 and 1, got -0.1'],
    ['epsilon-greedy', { epsilon: Number.NaN }, 'epsilon must be between 0 and 1, got NaN'],
    ['epsilon-greedy', { epsilon: '0.1' }, 'epsilon must be between 0 and 1, got "0.1"'],
    ['epsilon-greedy', { epsilon: null }, 'epsilon must be between 0 and 1, got null'],
    ['epsilon-greedy', { decay: Number.POSITIVE_INFINITY }, 'decay must be between 0 and 1, got Infinity'],
    [
      'epsilon-greedy',
      { epsilom: 1 },
      'epsilom must be absent: epsilon-greedy has epsilon, decay, floor, got 1',
    ],
    ['thompson-sampling', { alpha: 0 }, 'alpha must be between 0.001 and 1000000, got 0'],
    ['random', { floor: 0.6 }, 'floor must be between 0 and 0.5, got 0.6'],
    ['random', { constructor: 1 }, 'constructor must be absent: random has floor, got 1'],
    [
      'random',
      JSON.parse('{"__proto__": {"floor": 1}}'),
      '__proto__ must be absent: random has floor, got {"floor":1}',
    ],
    ['random', [], 'options must be an object, got []'],
    ['random', null, 'options must be an object, got null'],
    ['random', 'x', 'options must be an object, got "x"'],
    ['weighted', {}, 'weights must be an object with a share for a, b, got undefined'],
    ['weighted', { weights: [0.5, 0.5] }, 'weights must be an object with a share for a, b, got [0.5,0.5]'],
    ['weighted', { weights: { a: 0.9 } }, 'weights.b must be a finite number of at least 0, got undefined'],
    ['weighted', { weights: { a: 0.9, b: 0.2 } }, 'weights must be shares that sum to 1, got 1.1'],
    ['weighted', { weights: { a: 0, b: 0 } }, 'weights must be shares that sum to 1, got 0'],
    ['weighted', { weights: { a: 2, b: -1 } }, 'weights.b must be a finite number of at least 0, got -1'],
    [
      'weighted',
      { weights: { a: Number.NaN, b: 1 } },
      'weights.a must be a finite number of at least 0, got NaN',
    ],
    ['weighted', { weights: { a: 0.5, b: 0.5, c: 0 } }, 'weights.c must be absent: the arms are a, b, got 0'],
    ['greedy', {}, 'policy must be one of random, weighted, epsilon-greedy, thompson-sampling, got "greedy"'],
    [
      'toString',
      {},
      'policy must be one of random, weighted, epsilon-greedy, thompson-sampling, got "toString"',
    ],
  ])('refuses for %s the options %j', (name, options, message) => {
    expect(messageOf(name, options)).toBe(message);
  });

  it('does not let options reach the prototype', () => {
    const inherited = Object.create({ epsilon: 5 });
    expect(completeOptions('epsilon-greedy', inherited, ARMS).epsilon).toBe(0.1);
    const weights = JSON.parse('{"__proto__": 1}');
    const completed = completeOptions('weighted', { weights }, ['__proto__']).weights;
    expect(Object.hasOwn(completed as object, '__proto__')).toBe(true);
    expect(messageOf('weighted', { weights: {} }, ['constructor'])).toContain(
      'weights.constructor must be a finite',
    );
  });

  it('shows long or odd values without failing', () => {
    const cycle: { self?: unknown } = {};
    cycle.self = cycle;
    expect(messageOf('random', { floor: cycle })).toContain('got an object that JSON cannot hold');
    expect(messageOf('random', { floor: 'x'.repeat(10_000) }).length).toBeLessThan(200);
  });
});

describe('every declaration', () => {
  it.each(policyKinds.map((kind) => kind.name))('of %s is complete', (name) => {
    for (const declaration of Object.values(policyKind(name).options)) {
      expect(declaration.description).not.toBe('');
      if (declaration.type === 'number') expect(declaration.default).toBeDefined();
    }
    expect(policyKind(name).options.floor).toBeDefined();
  });
});
