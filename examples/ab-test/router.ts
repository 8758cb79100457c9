import type { Component } from 'switchyard/sdk';

interface Parameters {
  readonly n_branches: number;
}

/** A router of a team's own: any branch, each as likely as the others. */
export class Router implements Component {
  constructor(private readonly parameters: Parameters) {}

  route(): number {
    return Math.floor(Math.random() * this.parameters.n_branches);
  }
}
