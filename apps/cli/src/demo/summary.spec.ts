import { describe, expect, it } from '@jest/globals';
import type { ArmReading, Reading } from './gauges.js';
import { lessons, sumLines } from './summary.js';
import { checkSums } from './sums.js';
import type { Tally } from './traffic.js';

const arm = (name: string, pulls: number, reward: number, probability: number): ArmReading => ({
  ...{ arm: name, decisions: pulls, pulls, reward },
  ...{ squaredReward: reward, probability },
});
const reading = (...arms: ArmReading[]): Reading => ({ experiment: 'default.penguins.main.router', arms });
const nothing = reading(arm('a', 0, 0, 0.5), arm('b', 0, 0, 0.5));
const tally = (rewarded: number, value: number, lost = 0): Tally => ({
  ...{ asked: rewarded + lost, predicted: rewarded, rewardsSent: rewarded, rewarded },
  ...{ value, valueSent: value, failures: lost, lastFailure: null },
});

describe('checkSums', () => {
  const after = reading(arm('a', 100, 70, 0.01), arm('b', 900, 895, 0.99));

  it('is equal when the evidence gained what was acknowledged', () => {
    const checks = checkSums(nothing, after, tally(1000, 965));
    expect(checks.every(({ equal }) => equal)).toBe(true);
    expect(sumLines(checks)).toEqual([
      'The ledger holds what was sent: decisions 1000, rewards 1000, sum of rewards 965.',
    ]);
  });

  it('says by how much it differs', () => {
    expect(sumLines(checkSums(nothing, after, tally(1001, 965)))).toEqual([
      'decisions differ: the ledger gained 1000, expected 1001.',
      'rewards differ: the ledger gained 1000, expected 1001.',
    ]);
  });

  it('allows a request that failed to have been counted or not', () => {
    const checks = checkSums(nothing, after, { ...tally(999, 965, 1), rewardsSent: 1000 });
    expect(checks.every(({ equal }) => equal)).toBe(true);
  });
});

describe('lessons', () => {
  it('name the best arm and what an even split would have cost', () => {
    const after = reading(arm('a', 100, 70, 0.01), arm('b', 900, 900, 0.99));
    const said = lessons(nothing, after, tally(1000, 970)).join('\n');
    expect(said).toContain('b does best, and now gets 99.0 % of the traffic.');
    // (0.7 + 1) / 2 of 1000
    expect(said).toContain('right about 850 times out of 1000; this run was right 970 times: 120 more.');
  });

  it('say so when there is nothing to learn from', () => {
    expect(lessons(nothing, nothing, tally(0, 0))[0]).toMatch(/^No reward/);
  });
});
