import { BadInput } from './bad-input.js';

/** One column of models/encoders.json, as training/train.py fitted it. */
export type Encoder = OneHot | MinMax;

interface OneHot {
  readonly name: string;
  readonly encoding: 'one-hot';
  readonly categories: readonly string[];
  /** What stands for "not known" in the data set, beside null. */
  readonly missing: readonly string[];
}

interface MinMax {
  readonly name: string;
  readonly encoding: 'min-max';
  readonly min: number;
  readonly max: number;
  /** Stands in for a missing value. */
  readonly mean: number;
}

/** `row` counts from 0. */
export function encode(encoder: Encoder, value: unknown, row: number): number[] {
  return encoder.encoding === 'one-hot' ? oneHot(encoder, value, row) : minMax(encoder, value, row);
}

function oneHot({ name, categories, missing }: OneHot, value: unknown, row: number): number[] {
  if (value === null || missing.includes(value as string)) return categories.map(() => 0);
  const wanted = typeof value === 'string' ? value.toLowerCase() : undefined;
  const found = categories.findIndex((category) => category.toLowerCase() === wanted);
  if (found < 0) throw badValue(row, name, `one of ${categories.join(', ')} or null`, value);
  return categories.map((_, i) => (i === found ? 1 : 0));
}

function minMax({ name, min, max, mean }: MinMax, value: unknown, row: number): number[] {
  const known = value ?? mean;
  if (typeof known !== 'number' || !Number.isFinite(known))
    throw badValue(row, name, 'a number or null', value);
  return [(known - min) / (max - min)];
}

function badValue(row: number, column: string, expected: string, got: unknown): BadInput {
  return new BadInput(
    `row ${row}, column "${column}": expected ${expected}, got ${JSON.stringify(got).slice(0, 100)}`,
  );
}
