import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { bestArmProbabilities } from './best-arm-probabilities.js';

interface Case {
  readonly alpha: number[];
  readonly beta: number[];
  readonly p_best: number[];
}

function expectBest({ alpha, beta, p_best }: Case): void {
  const found = bestArmProbabilities(alpha.map((a, i) => ({ alpha: a, beta: beta[i]! })));
  const worst = Math.max(...found.map((p, i) => Math.abs(p - p_best[i]!)));
  expect(worst).toBeLessThan(1e-6);
}

const named = process.env.BEST_ARM_VECTORS;
const FILE = named ?? join(process.cwd(), '../shared/vectors/bandits/best-arm-probabilities.json');
const present = named !== undefined || existsSync(FILE);
const vectors: Case[] = present ? JSON.parse(readFileSync(FILE, 'utf8')).beta : [];
const title = `the best arm against the vectors${present ? '' : ' (skipped: ../shared/vectors is absent)'}`;

(present ? describe : describe.skip)(title, () => {
  it('finds cases', () => expect(vectors.length).toBeGreaterThan(0));
  it.each(vectors)('Beta($alpha, $beta)', expectBest);
});

/**
 * scipy 1.17.1: composite Gauss-Legendre (6 nodes on about 20,000 panels) over ln(x / (1 - x)) of the density by
 * betaln times the other arms' betainc; the sums were 1 within 2e-9.
 */
const SCIPY: (Case & { readonly name: string })[] = [
  {
    name: 'tiny parameters',
    alpha: [0.01, 0.02, 1.01],
    beta: [0.01, 0.03, 0.01],
    p_best: [0.240042611, 0.07012316, 0.689834229],
  },
  {
    name: 'tiny parameters after one outcome',
    alpha: [1.01, 0.01, 0.01],
    beta: [0.01, 1.01, 0.01],
    p_best: [0.749843047, 7.9316e-5, 0.250077637],
  },
  {
    name: 'a million pulls each',
    alpha: [500001, 500501, 499801],
    beta: [500001, 499501, 500201],
    p_best: [0.203744962, 0.683181625, 0.113073413],
  },
  {
    name: 'a million pulls against tiny parameters',
    alpha: [500000.01, 0.01, 0.01],
    beta: [500000.01, 0.01, 0.5],
    p_best: [0.491327132, 0.499816449, 0.008856419],
  },
  {
    name: 'rare successes in a million',
    alpha: [11, 15, 8],
    beta: [999991, 999987, 999994],
    p_best: [0.199352128, 0.757044587, 0.043603284],
  },
  {
    name: 'very unequal arms',
    alpha: [3, 400, 50001, 1],
    beta: [4, 700, 99001, 1],
    p_best: [0.33266886, 0.136212568, 0.002821437, 0.528297135],
  },
  {
    name: 'a sure arm against an unknown one',
    alpha: [1000001, 1],
    beta: [1, 1],
    p_best: [0.999999, 0.000001],
  },
  {
    name: 'seven of every size',
    alpha: [
      12.412080551042669, 5.1708166937840225, 98975.93464191767, 22.388455723381558, 0.04532732064513248,
      259681.86340419258, 951.7149899902689,
    ],
    beta: [
      0.08583785455102355, 0.0804254094084511, 53.390738654782055, 0.05453957200320687, 1132.446092599885,
      853.2382744899382, 0.018057215827415297,
    ],
    p_best: [0.0682781051, 0.0709565058, 0.0002263185, 0.1591699105, 0, 0, 0.7013691602],
  },
];

describe('the best arm against scipy', () => {
  it.each(SCIPY)('$name', expectBest);
});

describe('the best arm', () => {
  it.each([1, 2, 7, 80])('is each of %i equal arms alike', (count) => {
    for (const size of [0.001, 1, 1e6, 1e12]) {
      const found = bestArmProbabilities(Array.from({ length: count }, () => ({ alpha: size, beta: size })));
      for (const p of found) expect(p).toBeCloseTo(1 / count, 12);
    }
  });

  it('is of two the first with alpha / (alpha + 1) where beta is 1 and the second is uniform', () => {
    for (const alpha of [0.001, 0.5, 3, 1e3, 1e9]) {
      const [first] = bestArmProbabilities([
        { alpha, beta: 1 },
        { alpha: 1, beta: 1 },
      ]);
      expect(Math.abs(first! - alpha / (alpha + 1))).toBeLessThan(1e-9);
    }
  });
});
