import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { choose } from './chooser.js';
import { Murmur3, newMark } from './hashing/murmur3.js';
import { unitInterval } from './hashing/unit-interval.js';

const FILE = join(process.cwd(), '../shared/vectors/hashing/hashing.json');
const present = existsSync(FILE);

interface Input {
  readonly text: string;
  readonly seed: number;
  readonly hex: string;
  readonly salt: string;
  readonly arms: string[];
  readonly probabilities: number[];
  readonly keys: string[];
  readonly keyPrefix: string;
  readonly n: number;
  readonly p: number[];
  readonly q: number[];
}

interface Expected {
  readonly murmur3_x64_128_low: string;
  readonly u: number;
  readonly winnerIndex: number[];
  readonly moved: number;
  readonly countsP: number[];
  readonly countsQ: number[];
}

interface Case {
  readonly id: string;
  readonly kind: string;
  readonly label: string;
  readonly input: Input;
  readonly expected: Expected;
}

function cases(kind: string): Case[] {
  if (!present) return [{ id: '-', kind, label: 'no vectors', input: {} as Input, expected: {} as Expected }];
  const { cases: all } = JSON.parse(readFileSync(FILE, 'utf8')) as { cases: Case[] };
  return all.filter((candidate) => candidate.kind === kind);
}

function keys(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${prefix}${i}`);
}

const describeVectors = present ? describe : describe.skip;
const suffix = present ? '' : ' (skipped: ../shared/vectors is absent)';

describeVectors(`the chooser against its vectors${suffix}`, () => {
  it.each(cases('strings'))('$id hashes $label', ({ input, expected }) => {
    const hash = new Murmur3();
    hash.begin(input.seed);
    hash.append(input.text);
    hash.finish();
    const [high, low] = hash.digest as unknown as [number, number];
    expect(high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0')).toBe(
      expected.murmur3_x64_128_low,
    );
  });

  it.each(cases('unit'))('$id maps $input.hex into (0, 1)', ({ input, expected }) => {
    const { hex } = input;
    expect(unitInterval(Number.parseInt(hex.slice(0, 8), 16), Number.parseInt(hex.slice(8), 16))).toBe(
      expected.u,
    );
  });

  it.each(cases('rendezvous'))('$id chooses: $label', ({ input, expected }) => {
    const { salt, arms, probabilities } = input;
    const chosen = input.keys.map((key) => choose(salt, key, arms, probabilities));
    expect(chosen).toEqual(expected.winnerIndex);
  });

  it.each(cases('movement'))('$id moves: $label', ({ input, expected }) => {
    const { salt, arms, p, q, keyPrefix, n } = input;
    const countsP = arms.map(() => 0);
    const countsQ = arms.map(() => 0);
    let moved = 0;
    for (const key of keys(keyPrefix, n)) {
      const before = choose(salt, key, arms, p);
      const after = choose(salt, key, arms, q);
      countsP[before]!++;
      countsQ[after]!++;
      if (before !== after) moved++;
    }
    expect({ moved, countsP, countsQ }).toEqual({
      moved: expected.moved,
      countsP: expected.countsP,
      countsQ: expected.countsQ,
    });
  });
});

describe('a hash of many texts with one beginning', () => {
  // Surrogates in pairs and alone, each width of UTF-8, and lengths around the block of 16 bytes.
  const endings = [
    '',
    'a',
    'é',
    '日本',
    '🚂🚃',
    '\ud83d',
    '\ude82x',
    'x'.repeat(15),
    'x'.repeat(16),
    'x'.repeat(5000),
  ];

  it.each(keys('', 40).map(Number))('is the hash of the whole text, beginning of %i bytes', (size) => {
    const shared = new Murmur3();
    const mark = newMark();
    shared.begin();
    shared.append('b'.repeat(size));
    shared.save(mark);
    for (const ending of endings) {
      shared.resume(mark);
      shared.append(ending);
      shared.finish();
      const whole = new Murmur3();
      whole.begin();
      whole.append(new TextDecoder().decode(new TextEncoder().encode('b'.repeat(size) + ending)));
      whole.finish();
      expect([...shared.digest]).toEqual([...whole.digest]);
    }
  });
});

describe('choose', () => {
  const arms = ['a', 'b', 'c'];

  it('never chooses an arm whose probability is zero, negative or not a number', () => {
    const chosen = new Set(keys('k', 1000).map((key) => choose('s', key, arms, [0, 1, Number.NaN])));
    expect([...chosen]).toEqual([1]);
    expect(choose('s', 'k', arms, [-1, 0, Number.MIN_VALUE])).toBe(2);
  });

  it('says -1 where no arm is left', () => {
    expect(choose('s', 'k', arms, [0, 0, 0])).toBe(-1);
    expect(choose('s', 'k', [], [])).toBe(-1);
  });

  it('does not depend on the calls before', () => {
    const alone = keys('k', 100).map((key) => choose('one', key, arms, [0.2, 0.3, 0.5]));
    const mixed = keys('k', 100).map((key) => {
      choose('two', key.repeat(500), arms, [0.2, 0.3, 0.5]);
      return choose('one', key, arms, [0.2, 0.3, 0.5]);
    });
    expect(mixed).toEqual(alone);
  });

  it.each([
    [
      [0.5, 0.5],
      [0.7, 0.3],
    ],
    [
      [0.2, 0.3, 0.5],
      [0.4, 0.4, 0.2],
    ],
    [
      [0.1, 0.2, 0.3, 0.2, 0.2],
      [0.3, 0.1, 0.2, 0, 0.4],
    ],
  ])('moves only the share of units that the change from %j to %j demands', (p, q) => {
    const names = keys('arm-', p.length);
    const count = 100_000;
    const moved = keys('key-', count).filter(
      (key) => choose('m', key, names, p) !== choose('m', key, names, q),
    );
    const share = movingShare(p, q);
    const error = Math.sqrt((share * (1 - share)) / count);
    expect(Math.abs(moved.length / count - share)).toBeLessThan(4 * error);
  });
});

/** 1 - sum_i 1 / sum_j max(p_j / p_i, q_j / q_i): the scores are exponential with rates p and q. */
function movingShare(p: readonly number[], q: readonly number[]): number {
  const stays = p.map((pi, i) => {
    const qi = q[i]!;
    if (pi === 0 || qi === 0) return 0;
    return 1 / p.reduce((sum, pj, j) => sum + Math.max(pj / pi, q[j]! / qi), 0);
  });
  return 1 - stays.reduce((sum, stay) => sum + stay, 0);
}
