import type { Component } from 'switchyard/sdk';

interface Parameters {
  readonly factor?: number;
}

/** Multiplies what it gets. */
export class Model implements Component {
  readonly classNames = ['product'];
  private readonly factor: number;

  constructor({ factor = 2 }: Parameters) {
    this.factor = factor;
  }

  predict(rows: number[][]): number[][] {
    return rows.map(([value = 0]) => [value * this.factor]);
  }
}
