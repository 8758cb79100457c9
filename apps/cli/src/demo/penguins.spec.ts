import { describe, expect, it } from '@jest/globals';
import { COLUMNS, penguins, SPECIES, shuffled } from './penguins.js';

describe('the penguins', () => {
  const all = penguins();

  it('are the 344 of the data set, with as many values as columns', () => {
    expect(all).toHaveLength(344);
    expect(all.every(({ row }) => row.length === COLUMNS.length)).toBe(true);
    expect(new Set(all.map(({ species }) => species))).toEqual(new Set(SPECIES));
  });

  it('have a known sex or none', () => {
    expect(new Set(all.map(({ row }) => row[1]))).toEqual(new Set(['male', 'female', null]));
  });

  it('come in the same order for the same seed, each as often as the others', () => {
    const order = [...shuffled(all, 2 * all.length, 7)];
    expect([...shuffled(all, 2 * all.length, 7)]).toEqual(order);
    expect([...shuffled(all, 2 * all.length, 8)]).not.toEqual(order);
    expect(new Set(order.slice(0, all.length)).size).toBe(all.length);
    expect(order.slice(0, all.length)).not.toEqual(order.slice(all.length));
  });

  it('stop at the count', () => {
    expect([...shuffled(all, 500, 1)]).toHaveLength(500);
  });
});
