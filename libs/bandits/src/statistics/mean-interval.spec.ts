import { describe, expect, it } from '@jest/globals';
import { meanInterval } from './mean-interval.js';
import { studentQuantile } from './student-t.js';

function sums(outcomes: readonly number[]) {
  return {
    arm: 'a',
    pulls: outcomes.length,
    reward: outcomes.reduce((sum, x) => sum + x, 0),
    squaredReward: outcomes.reduce((sum, x) => sum + x * x, 0),
  };
}

describe('meanInterval', () => {
  // statsmodels 0.15.0, proportion_confint(successes, pulls, method='wilson')
  it.each([
    [8, 10, 0.49016247153664183, 0.9433178485456247],
    [0, 5, 0, 0.43448246478317487],
    [5, 5, 0.5655175352168252, 1],
    [1, 2, 0.09453120573423068, 0.9054687942657693],
    [300, 1000, 0.2724068424770048, 0.3291238609172172],
    [1, 1_000_000, 1.7652457674537176e-7, 5.664911804311445e-6],
  ])('is the score interval of %i successes in %i', (successes, pulls, low, high) => {
    const found = meanInterval({ arm: 'a', pulls, reward: successes, squaredReward: successes })!;
    expect(found.method).toBe('wilson');
    expect(found.mean).toBe(successes / pulls);
    expect(found.low).toBeCloseTo(low, 12);
    expect(found.high).toBeCloseTo(high, 12);
  });

  // statsmodels 0.15.0, DescrStatsW(outcomes).tconfint_mean()
  it.each([
    [[1.5, 2.5], -4.353102368087347, 8.353102368087347],
    [[0.2, 0.9, 0.4, 0.7, 0.5], 0.2045208615073345, 0.8754791384926656],
    [[-3, 4, 10, 2, 2, 8, 1], -0.6329352210523136, 7.49007807819517],
  ])('is the t interval of %j', (outcomes, low, high) => {
    const found = meanInterval(sums(outcomes))!;
    expect(found.method).toBe('student-t');
    expect(found.low).toBeCloseTo(low, 8);
    expect(found.high).toBeCloseTo(high, 8);
  });

  it('says in one sentence when not to trust it', () => {
    for (const outcomes of [
      [0, 1],
      [0.5, 0.7],
    ]) {
      expect(meanInterval(sums(outcomes))!.caveat).toMatch(/^Assumes [^.]*\.$/);
    }
  });

  it.each([[], [1], [Number.NaN, 1], [Number.POSITIVE_INFINITY, 0, 1]])('is null for %j', (...outcomes) => {
    expect(meanInterval(sums(outcomes))).toBeNull();
  });
});

describe('studentQuantile', () => {
  // scipy 1.17.1, stats.t.ppf(0.975, df)
  it.each([
    [1, 12.706204736174694],
    [2, 4.302652729749462],
    [5, 2.5705818356363146],
    [30, 2.0422724563012378],
    [1000, 1.9623390808264083],
    [1_000_000, 1.959966356814107],
  ])('of %i degrees of freedom', (df, expected) => {
    expect(Math.abs(studentQuantile(0.025, df) / expected - 1)).toBeLessThan(1e-9);
  });
});
