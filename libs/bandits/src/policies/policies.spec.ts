import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { choose } from '../chooser.js';
import { createPolicy } from '../create-policy.js';
import { NO_EVIDENCE } from '../evidence.js';
import { applyFloor } from '../floor.js';
import { completeOptions } from '../options.js';
import type { ArmEvidence, PolicyKind, PolicyOptions } from '../policy.js';
import { seeded } from '../random.js';
import { policyKinds } from './index.js';

/** By definition these do not look at evidence; every other policy has to earn more than uniform. */
const FIXED = ['random', 'weighted'];

function names(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `arm-${i}`);
}

/** Weights 1 : 2 : 3 ... where the policy asks for weights; defaults else. */
function optionsFor(kind: PolicyKind, arms: readonly string[], more: PolicyOptions = {}): PolicyOptions {
  const sum = (arms.length * (arms.length + 1)) / 2;
  const weights = Object.fromEntries(arms.map((arm, i) => [arm, (i + 1) / sum]));
  return completeOptions(kind.name, 'weights' in kind.options ? { weights, ...more } : more, arms);
}

function binary(arm: string, pulls: number, reward: number): ArmEvidence {
  return { arm, pulls, reward, squaredReward: reward };
}

const SANE: readonly ArmEvidence[] = [
  binary('arm-0', 40, 12),
  binary('arm-1', 60, 24),
  binary('arm-2', 25, 11),
  binary('arm-3', 0, 0),
];

const ODD = [
  Number.NaN,
  -1,
  0,
  0.5,
  1,
  1e6,
  1e15,
  1e300,
  Number.MAX_VALUE,
  Number.MIN_VALUE,
  Infinity,
  -Infinity,
];

/** Every combination of odd sums beside a sane arm. */
const ODD_EVIDENCE = ODD.flatMap((pulls) =>
  ODD.map((reward) => [
    { arm: 'arm-0', pulls, reward, squaredReward: reward * reward },
    { arm: 'arm-1', pulls: reward, reward: pulls, squaredReward: pulls },
    binary('arm-2', 10, 5),
  ]),
);

function expectProbabilities(found: readonly number[], count: number): void {
  expect(found).toHaveLength(count);
  expect(found.every((p) => Number.isFinite(p) && p >= 0)).toBe(true);
  expect(Math.abs(found.reduce((sum, p) => sum + p, 0) - 1)).toBeLessThan(1e-12);
}

/** Mean reward of 20,000 steps, evidence counted every 50. */
function simulate(kind: PolicyKind, rates: readonly number[]): number {
  const random = seeded(42);
  const arms = names(rates.length);
  const policy = createPolicy(kind.name, optionsFor(kind, arms));
  const pulls = arms.map(() => 0);
  const rewards = arms.map(() => 0);
  for (let batch = 0; batch < 400; batch++) {
    const p = policy.probabilities(arms.map((arm, i) => binary(arm, pulls[i]!, rewards[i]!)));
    for (let step = 0; step < 50; step++) {
      const arm = draw(p, random());
      pulls[arm]!++;
      if (random() < rates[arm]!) rewards[arm]!++;
    }
  }
  return rewards.reduce((sum, reward) => sum + reward, 0) / 20_000;
}

function draw(probabilities: readonly number[], u: number): number {
  let left = u;
  const found = probabilities.findIndex((p) => {
    left -= p;
    return left < 0;
  });
  return found < 0 ? probabilities.length - 1 : found;
}

describe.each(policyKinds.map((kind) => [kind.name, kind] as const))('%s', (name, kind) => {
  const policy = createPolicy(name, optionsFor(kind, names(4)));

  it.each([1, 2, 3, 10, 80])('gives %i arms finite, non-negative probabilities that sum to one', (count) => {
    const arms = names(count);
    const found = createPolicy(name, optionsFor(kind, arms)).probabilities(
      arms.map((arm, i) => binary(arm, i * 10, i * 3)),
    );
    expectProbabilities(found, count);
    expectProbabilities(
      createPolicy(name, optionsFor(kind, arms)).probabilities(arms.map(NO_EVIDENCE)),
      count,
    );
  });

  it('never throws, whatever the evidence', () => {
    for (const evidence of ODD_EVIDENCE) expectProbabilities(policy.probabilities(evidence), 3);
    expect(policy.probabilities([])).toEqual([]);
    expectProbabilities(policy.probabilities([binary('a stranger', 5, 2)]), 1);
    for (const odd of ODD) {
      expectProbabilities(
        policy.probabilities([{ ...NO_EVIDENCE('arm-0'), squaredReward: odd }, SANE[1]!]),
        2,
      );
    }
  });

  it('takes evidence that it cannot read as none', () => {
    const broken = { arm: 'arm-0', pulls: Number.NaN, reward: 3, squaredReward: 3 };
    const rest = SANE.slice(1);
    expect(policy.probabilities([broken, ...rest])).toEqual(
      policy.probabilities([NO_EVIDENCE('arm-0'), ...rest]),
    );
  });

  it('gives the same answer for the same evidence', () => {
    expect(createPolicy(name, optionsFor(kind, names(4))).probabilities(SANE)).toEqual(
      policy.probabilities(SANE),
    );
    expect(policy.probabilities(structuredClone(SANE) as ArmEvidence[])).toEqual(policy.probabilities(SANE));
  });

  it('does not depend on the order of the arms', () => {
    const found = policy.probabilities(SANE);
    const order = [2, 0, 3, 1];
    const permuted = policy.probabilities(order.map((i) => SANE[i]!));
    order.forEach((i, place) => {
      expect(permuted[place]).toBeCloseTo(found[i]!, 12);
    });
  });

  it('keeps every arm at its floor', () => {
    const sure = [
      binary('arm-0', 1e6, 1e6),
      binary('arm-1', 1e6, 0),
      binary('arm-2', 1e6, 1),
      binary('arm-3', 1e6, 2),
    ];
    const plain = createPolicy(name, optionsFor(kind, names(4), { floor: 0 })).probabilities(sure);
    const floored = createPolicy(name, optionsFor(kind, names(4), { floor: 0.05 })).probabilities(sure);
    expectProbabilities(floored, 4);
    floored.forEach((p, i) => {
      expect(p).toBeGreaterThanOrEqual(0.05);
      expect(p).toBeCloseTo(0.05 + 0.8 * plain[i]!, 12);
    });
  });

  it('is served as it says: a million choices match its probabilities', () => {
    const found = policy.probabilities(SANE);
    const arms = names(4);
    const counts = arms.map(() => 0);
    for (let i = 0; i < 1_000_000; i++) counts[choose('fixed salt', `key-${i}`, arms, found)]!++;
    const statistic = found.reduce((sum, p, i) => sum + (counts[i]! - 1e6 * p) ** 2 / (1e6 * p), 0);
    // scipy 1.17.1, stats.chi2.ppf(0.999, 3)
    expect(statistic).toBeLessThan(16.26623619623813);
  });

  it(FIXED.includes(name) ? 'does not learn, by definition' : 'earns more than uniform', () => {
    if (FIXED.includes(name)) {
      expect(policy.probabilities(SANE)).toEqual(
        policy.probabilities(SANE.map(({ arm }) => NO_EVIDENCE(arm))),
      );
      return;
    }
    // Uniform earns 0.5, with a standard deviation of 0.0035 over 20,000 steps.
    expect(simulate(kind, [0.3, 0.5, 0.7])).toBeGreaterThan(0.6);
    expect(simulate(kind, [0.7, 0.5, 0.3])).toBeGreaterThan(0.6);
  });
});

describe('epsilon-greedy', () => {
  const probabilities = (options: PolicyOptions, evidence: readonly ArmEvidence[]): number[] =>
    createPolicy('epsilon-greedy', completeOptions('epsilon-greedy', options, names(4))).probabilities(
      evidence,
    );

  it('splits the greedy share among equal means', () => {
    const evidence = [binary('a', 10, 5), binary('b', 20, 10), binary('c', 20, 2)];
    expect(probabilities({ epsilon: 0 }, evidence)).toEqual([0.5, 0.5, 0]);
  });

  it('lets an arm without outcomes draw level with the best', () => {
    const evidence = [binary('a', 10, 5), NO_EVIDENCE('b'), binary('c', 20, 2)];
    expect(probabilities({ epsilon: 0 }, evidence)).toEqual([0.5, 0.5, 0]);
  });

  it('lowers epsilon as outcomes come in', () => {
    // 0.5 / (1 + 0.1 * 30) = 0.125, a third of it for each arm.
    const evidence = [binary('a', 10, 5), binary('b', 10, 4), binary('c', 10, 3)];
    const found = probabilities({ epsilon: 0.5, decay: 0.1 }, evidence);
    [0.875 + 0.125 / 3, 0.125 / 3, 0.125 / 3].forEach((p, i) => {
      expect(found[i]).toBeCloseTo(p, 12);
    });
  });
});

describe('weighted', () => {
  it('leaves the share of arms that are off to the others in proportion', () => {
    const weights = { a: 0.5, b: 0.3, c: 0.2 };
    const policy = createPolicy('weighted', completeOptions('weighted', { weights }, ['a', 'b', 'c']));
    const found = policy.probabilities([NO_EVIDENCE('c'), NO_EVIDENCE('a')]);
    expect(found[0]).toBeCloseTo(2 / 7, 12);
    expect(found[1]).toBeCloseTo(5 / 7, 12);
  });

  it('is even where only arms without weight are left', () => {
    const weights = { a: 1, b: 0, c: 0 };
    const policy = createPolicy('weighted', completeOptions('weighted', { weights }, ['a', 'b', 'c']));
    expect(policy.probabilities([NO_EVIDENCE('b'), NO_EVIDENCE('c')])).toEqual([0.5, 0.5]);
  });
});

const FILE = join(process.cwd(), '../shared/vectors/bandits/vowpal-wabbit-explore-pmf.json');
const present = existsSync(FILE);
const wabbit = present
  ? JSON.parse(readFileSync(FILE, 'utf8'))
  : { epsilon_greedy: [{}], mix_with_uniform: [{}] };
const title = `Vowpal Wabbit's vectors${present ? '' : ' (skipped: ../shared/vectors is absent)'}`;

(present ? describe : describe.skip)(title, () => {
  it('hold for epsilon-greedy', () => {
    for (const { epsilon, top_action, actions, pmf } of wabbit!.epsilon_greedy) {
      const arms = names(actions);
      const top = Math.min(top_action, actions - 1);
      const policy = createPolicy('epsilon-greedy', completeOptions('epsilon-greedy', { epsilon }, arms));
      expectClose(policy.probabilities(arms.map((arm, i) => binary(arm, 10, i === top ? 9 : 1))), pmf);
    }
  });

  it('hold for the floor, as mix_with_uniform', () => {
    for (const { epsilon, pmf_in, pmf_out } of wabbit!.mix_with_uniform) {
      expectClose(applyFloor(epsilon / pmf_in.length, pmf_in), pmf_out);
    }
  });
});

function expectClose(found: readonly number[], expected: readonly number[]): void {
  expect(found).toHaveLength(expected.length);
  expected.forEach((p, i) => {
    expect(found[i]).toBeCloseTo(p, 9);
  });
}
