import { readFile } from 'node:fs/promises';
import { BadInput } from './bad-input.js';
import { type Encoder, encode } from './encoders.js';

interface Parameters {
  /** The encoders that training/train.py wrote; relative to this file. */
  readonly encoders: string;
}

/**
 * Turns rows such as ["Biscoe", "male", 45.2, 14.8, 212, 5200] into the nine numbers that the models take: one-hot for
 * island and sex, min-max for the four measurements. A missing category becomes all zeros, a missing number the mean.
 */
export class InputTransformer {
  private encoders: readonly Encoder[] = [];

  constructor(private readonly parameters: Parameters) {}

  async load(): Promise<void> {
    const artefact = await readFile(new URL(this.parameters.encoders, import.meta.url), 'utf8');
    this.encoders = JSON.parse(artefact).columns;
  }

  transformInput(rows: unknown, names: readonly string[]): number[][] {
    if (!Array.isArray(rows)) throw new BadInput('expected data.ndarray or data.tensor with rows of values');
    const order = this.order(names);
    return rows.map((row, i) => this.encodeRow(row, i, order));
  }

  featureNames(): string[] {
    return this.encoders.flatMap((encoder) =>
      encoder.encoding === 'one-hot'
        ? encoder.categories.map((category) => `${encoder.name}=${category}`)
        : [encoder.name],
    );
  }

  private encodeRow(row: unknown, index: number, order: readonly number[]): number[] {
    if (!Array.isArray(row) || row.length !== order.length) {
      const columns = this.encoders.map(({ name }) => name).join(', ');
      const got = Array.isArray(row) ? `${row.length}` : JSON.stringify(row).slice(0, 100);
      throw new BadInput(`row ${index}: expected ${order.length} columns (${columns}), got ${got}`);
    }
    return this.encoders.flatMap((encoder, i) => encode(encoder, row[order[i]!], index));
  }

  /** Where each encoder finds its value: by name when the request names exactly these columns, else by place. */
  private order(names: readonly string[]): number[] {
    const given = names.map((name) => String(name).toLowerCase());
    const places = this.encoders.map(({ name }) => given.indexOf(name.toLowerCase()));
    const named = given.length === places.length && !places.includes(-1);
    return places.map((place, i) => (named ? place : i));
  }
}
