import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { seeded } from '#bandits';

const MEASURES = ['Beak Length (mm)', 'Beak Depth (mm)', 'Flipper Length (mm)', 'Body Mass (g)'] as const;

/** In the order that examples/penguins was trained with. */
export const COLUMNS: readonly string[] = ['Island', 'Sex', ...MEASURES];

/** The classes of examples/penguins, for answers that do not name theirs. */
export const SPECIES: readonly string[] = ['Adelie', 'Chinstrap', 'Gentoo'];

export interface Penguin {
  readonly species: string;
  /** One value per column; null where nobody measured. */
  readonly row: readonly (string | number | null)[];
}

/** The Palmer penguins (CC0), as the package `vega-datasets` carries them. */
export function penguins(): Penguin[] {
  const entry = createRequire(import.meta.url).resolve('vega-datasets');
  const file = join(dirname(entry), '..', 'data', 'penguins.json');
  const rows: Record<string, string | number | null>[] = JSON.parse(readFileSync(file, 'utf8'));
  return rows.map((row) => ({
    species: String(row.Species),
    row: [row.Island ?? null, sexOf(row.Sex), ...MEASURES.map((name) => row[name] ?? null)],
  }));
}

/** `count` penguins: the whole set again and again, each time in a new order. */
export function* shuffled(all: readonly Penguin[], count: number, seed: number): Generator<Penguin> {
  const random = seeded(seed);
  for (let sent = 0; sent < count; sent += all.length) {
    yield* shuffle(all, random).slice(0, count - sent);
  }
}

/** Fisher and Yates. */
function shuffle<T>(items: readonly T[], random: () => number): T[] {
  const shuffled = [...items];
  for (let i = shuffled.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [shuffled[i], shuffled[j]] = [shuffled[j]!, shuffled[i]!];
  }
  return shuffled;
}

/** The data set writes one unknown sex as "." */
function sexOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '.' ? value.toLowerCase() : null;
}
