import { type Beta, BetaDensity, RULE, splitWide } from './beta-density.js';

const NODES = RULE.nodes.length;
/** A breakpoint this close to another, as a share of its own panel, is not needed beside it. */
const NEAR = 0.3;

/**
 * P(arm is the largest) for independent Beta distributions: the integral of its density times the other arms'
 * distribution functions, by Gauss-Legendre quadrature over panels that resolve every density. The distribution
 * functions are integrals over the same panels, so no special function is needed. Within 1e-8.
 */
export function bestArmProbabilities(arms: readonly Beta[]): number[] {
  const densities = arms.map((arm) => new BetaDensity(arm));
  const start = densities.reduce((max, { low }) => Math.max(max, low), Number.NEGATIVE_INFINITY);
  const contest = new Contest(densities);
  const panels = splitWide(panelsFrom(start, densities));
  for (let i = panels.length - 1; i > 0; i--) contest.addPanel(panels[i - 1]!, panels[i]!);
  return contest.shares();
}

/** Breakpoints of all arms from `start` on; below it some arm is surely larger, so nothing can be best there. */
function panelsFrom(start: number, densities: readonly BetaDensity[]): number[] {
  const candidates = densities.flatMap(({ breakpoints }) =>
    breakpoints.map((at, i) => ({ at, width: ownWidth(breakpoints, i) })),
  );
  const panels = [start];
  for (const { at, width } of candidates.sort((x, y) => x.at - y.at)) {
    if (at - panels.at(-1)! > NEAR * width) panels.push(at);
  }
  return panels;
}

function ownWidth(breakpoints: readonly number[], i: number): number {
  const at = breakpoints[i]!;
  return Math.min(at - (breakpoints[i - 1] ?? -Infinity), (breakpoints[i + 1] ?? Infinity) - at);
}

/** Walks the panels from the highest to the lowest and collects what each arm wins. */
class Contest {
  readonly #won: Float64Array;
  /** Each arm's probability of lying above the panels seen so far. */
  readonly #above: Float64Array;
  readonly #density: Float64Array;
  readonly #below: Float64Array;

  constructor(private readonly arms: readonly BetaDensity[]) {
    this.#won = new Float64Array(arms.length);
    this.#above = new Float64Array(arms.length);
    this.#density = new Float64Array(arms.length * NODES);
    this.#below = new Float64Array(arms.length * NODES);
  }

  addPanel(from: number, to: number): void {
    const half = (to - from) / 2;
    const present: number[] = [];
    for (let arm = 0; arm < this.arms.length; arm++) {
      if (this.arms[arm]!.high <= from) continue;
      present.push(arm);
      this.#fill(arm, (from + to) / 2, half);
    }
    for (let node = 0; node < NODES; node++) this.#award(present, node, half * RULE.weights[node]!);
  }

  shares(): number[] {
    const total = this.#won.reduce((sum, won) => sum + won, 0);
    return Array.from(this.#won, (won) => won / total);
  }

  /** The arm's density at the panel's nodes, and its probability of lying below each. */
  #fill(arm: number, middle: number, half: number): void {
    const density = this.#density.subarray(arm * NODES, (arm + 1) * NODES);
    for (let k = 0; k < NODES; k++) density[k] = this.arms[arm]!.at(middle + half * RULE.nodes[k]!);
    const above = this.#above[arm]!;
    for (let k = 0; k < NODES; k++) {
      this.#below[arm * NODES + k] = Math.max(0, 1 - above - half * dot(RULE.fromNode[k]!, density));
    }
    this.#above[arm] = above + half * dot(RULE.weights, density);
  }

  /** Adds to each arm its density at one node times the product of the others' `below`, without a division. */
  #award(present: readonly number[], node: number, weight: number): void {
    let product = weight;
    const before = present.map((arm) => {
      const others = product;
      product *= this.#below[arm * NODES + node]!;
      return others;
    });
    product = 1;
    for (let i = present.length - 1; i >= 0; i--) {
      const at = present[i]! * NODES + node;
      this.#won[present[i]!]! += this.#density[at]! * before[i]! * product;
      product *= this.#below[at]!;
    }
  }
}

function dot(row: Float64Array, values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < row.length; i++) sum += row[i]! * values[i]!;
  return sum;
}
