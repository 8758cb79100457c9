import { seeded } from '#bandits';

const VALUES = [
  'null',
  'NaN',
  '-0',
  '1e999',
  '12345678901234567890',
  '""',
  '"\\ud800"',
  '[]',
  '{}',
  '[[]]',
  '[[1],[2,3]]',
  '{"__proto__":{"a":1}}',
  '{"constructor":1}',
  'true',
  '1.5',
  '-3',
  '99',
  `"${'x'.repeat(300)}"`,
  `${'['.repeat(20_000)}`,
  `${'['.repeat(3000)}${']'.repeat(3000)}`,
];
const KEYS = [
  'data',
  'meta',
  'ndarray',
  'tensor',
  'shape',
  'values',
  'names',
  'binData',
  'reward',
  'routing',
];

/** Damaged forms of good JSON texts, the same ones for the same seed. */
export class Mutations {
  private readonly random: () => number;

  constructor(
    private readonly good: readonly string[],
    seed: number,
  ) {
    this.random = seeded(seed);
  }

  next(): Buffer {
    const text = this.pick(this.good);
    const damaged = this.pick([this.cut, this.value, this.key, this.twice, this.splice])(text);
    return this.below(3) === 0 ? this.bits(Buffer.from(damaged)) : Buffer.from(damaged);
  }

  /** Some bytes of a good message turned into others. */
  bits(bytes: Buffer): Buffer {
    const copy = Buffer.from(bytes);
    for (let i = 0; i <= this.below(4) && copy.length > 0; i++)
      copy[this.below(copy.length)] = this.below(256);
    return this.below(4) === 0 ? copy.subarray(0, this.below(copy.length + 1)) : copy;
  }

  private readonly cut = (text: string) => text.slice(0, this.below(text.length + 1));

  private readonly value = (text: string) =>
    replaceOne(text, /(?<=[:[,])(?:-?\d[\d.]*|"[^"]*"(?!\s*:))/g, this.pick(VALUES), this.random);

  private readonly key = (text: string) =>
    replaceOne(text, /"[^"]*"(?=\s*:)/g, `"${this.pick(KEYS)}"`, this.random);

  private readonly twice = (text: string) => text + this.pick([text, ',', ']', '\0']);

  private readonly splice = (text: string) => {
    const at = this.below(text.length + 1);
    return text.slice(0, at) + this.pick(VALUES) + text.slice(at + this.below(5));
  };

  private pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)]!;
  }

  private below(limit: number): number {
    return Math.floor(this.random() * limit);
  }
}

function replaceOne(text: string, what: RegExp, by: string, random: () => number): string {
  const found = [...text.matchAll(what)];
  const one = found[Math.floor(random() * found.length)];
  return one === undefined ? by : text.slice(0, one.index) + by + text.slice(one.index + one[0].length);
}
