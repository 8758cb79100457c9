import { describe, expect, it } from '@jest/globals';
import { createPolicy } from '#bandits';
import { readVectors, vectorsFile } from './seldon-vectors.js';

/** The parts of `router-thompson-updates` that are read here. */
interface Recorded {
  readonly request: readonly { readonly routing: number; readonly reward: number; readonly rows: number }[];
  readonly expected: readonly { readonly beta: readonly (readonly [alpha: number, beta: number])[] }[];
}

const CASE = 'router-thompson-updates';
const vectors = await readVectors();
const recorded = vectors?.find(({ id }) => id === CASE) as unknown as Recorded | undefined;
const absent = recorded === undefined ? ` (skipped: ${vectorsFile} has no ${CASE})` : '';
const thompson = createPolicy('thompson-sampling', { alpha: 1, beta: 1, floor: 0 });

/** Evidence of so many successes and failures: each outcome is one pull with the reward 1 or 0. */
function evidenceOf(outcomes: readonly (readonly [successes: number, failures: number])[]) {
  return outcomes.map(([successes, failures], arm) => ({
    arm: String(arm),
    pulls: successes + failures,
    reward: successes,
    squaredReward: successes,
  }));
}

function lnBeta(a: number, b: number): number {
  return lnFactorial(a - 1) + lnFactorial(b - 1) - lnFactorial(a + b - 1);
}

function lnFactorial(n: number): number {
  let sum = 0;
  for (let i = 2; i <= n; i++) sum += Math.log(i);
  return sum;
}

/** P(B > A) for whole parameters: E. Miller, "Formulas for Bayesian A/B Testing", 2015, equation 6. */
function firstBeats([aB, bB]: readonly [number, number], [aA, bA]: readonly [number, number]): number {
  let sum = 0;
  for (let i = 0; i < aB; i++) {
    sum += Math.exp(lnBeta(aA + i, bB + bA) - Math.log(bB + i) - lnBeta(1 + i, bB) - lnBeta(aA, bA));
  }
  return sum;
}

(recorded === undefined ? describe.skip : describe)(`the recorded case ${CASE}${absent}`, () => {
  it('gives the same posterior for the same successes and failures', () => {
    for (const { beta } of recorded!.expected) {
      const outcomes = beta.map(([a, b]) => [a - 1, b - 1] as const);
      const [first] = thompson.probabilities(evidenceOf(outcomes));
      expect(first).toBeCloseTo(firstBeats(beta[0]!, beta[1]!), 6);
    }
  });

  /** Deviation: a reward is one outcome of one decision, whatever the rows of its request, and 0.7 stays 0.7. */
  it('differs on purpose in what a reward adds: itself, and not rows times reward without the fraction', () => {
    const sums = [
      { arm: '0', pulls: 0, reward: 0, squaredReward: 0 },
      { arm: '1', pulls: 0, reward: 0, squaredReward: 0 },
    ];
    for (const { routing, reward } of recorded!.request) {
      const arm = sums[routing]!;
      arm.pulls += 1;
      arm.reward += reward;
      arm.squaredReward += reward * reward;
    }
    const [ours] = thompson.probabilities(sums);
    const [first, second] = recorded!.expected.at(-1)!.beta;
    // Beta(1.95, 2.05) against Beta(2, 1): scipy 1.17.1, integrate.quad of beta.pdf times beta.cdf.
    expect(ours).toBeCloseTo(0.287625, 6);
    expect(Math.abs(ours! - firstBeats(first!, second!))).toBeGreaterThan(0.01);
  });
});
