import { gaussLegendre } from './gauss-legendre.js';

/** The parameters of a Beta distribution, both above zero. */
export interface Beta {
  readonly alpha: number;
  readonly beta: number;
}

/** Nodes per panel. */
export const RULE = gaussLegendre(10);

/** How far, in logarithms, the density has fallen from its mode at each breakpoint: k standard deviations of a
 *  normal density. Beyond the last lies a share of about 1e-11. */
const DROPS = [1, 2, 3, 4, 5, 6, 7].map((k) => (k * k) / 2);

/**
 * The density of ln(x / (1 - x)) where x is Beta distributed. In this variable it is smooth and log-concave
 * whatever the parameters, its tails are exponential, and values near 0 and 1 keep their precision.
 */
export class BetaDensity {
  readonly mode: number;
  /** Panels between neighbours resolve the density; outside the first and the last it is negligible. */
  readonly breakpoints: readonly number[];
  readonly #alpha: number;
  readonly #beta: number;
  readonly #mean: number;
  readonly #complement: number;
  #atMode = 1;

  constructor({ alpha, beta }: Beta) {
    this.#alpha = alpha;
    this.#beta = beta;
    this.#mean = alpha / (alpha + beta);
    this.#complement = beta / (alpha + beta);
    this.mode = Math.log(alpha) - Math.log(beta);
    this.breakpoints = [...this.#fall(-1).reverse(), this.mode, ...this.#fall(1)];
    this.#atMode = 1 / this.above(this.low);
  }

  get low(): number {
    return this.breakpoints[0]!;
  }

  get high(): number {
    return this.breakpoints.at(-1)!;
  }

  at(t: number): number {
    return this.#atMode * Math.exp(this.#logRatio(t - this.mode));
  }

  /** The probability of lying above `from`. */
  above(from: number): number {
    const panels = splitWide([from, ...this.breakpoints.filter((at) => at > from)]);
    let total = 0;
    for (let i = 1; i < panels.length; i++) {
      const half = (panels[i]! - panels[i - 1]!) / 2;
      const middle = (panels[i]! + panels[i - 1]!) / 2;
      for (let k = 0; k < RULE.nodes.length; k++) {
        total += half * RULE.weights[k]! * this.at(middle + half * RULE.nodes[k]!);
      }
    }
    return total;
  }

  /** The logarithm of density over density at the mode; written so that large parameters do not cancel. */
  #logRatio(offset: number): number {
    const sum = this.#alpha + this.#beta;
    if (offset < 0) return this.#alpha * offset - sum * logMix(this.#complement, this.#mean, offset);
    return -this.#beta * offset - sum * logMix(this.#mean, this.#complement, -offset);
  }

  #logSlope(offset: number): number {
    const x = this.#mean / (this.#mean + this.#complement * Math.exp(-offset));
    return this.#alpha - (this.#alpha + this.#beta) * x;
  }

  /** Where the density has fallen by each of DROPS, on one side of the mode. */
  #fall(side: 1 | -1): number[] {
    let offset = side * Math.sqrt(1 / this.#alpha + 1 / this.#beta);
    return DROPS.map((drop) => {
      offset = this.#solve(offset, drop);
      return this.mode + offset;
    });
  }

  /** Newton's method, safe since the logarithm is concave; breakpoints need no more than rough places. */
  #solve(start: number, drop: number): number {
    let offset = start;
    for (let step = 0; step < 100; step++) {
      const excess = this.#logRatio(offset) + drop;
      if (Math.abs(excess) <= 0.05 * drop) break;
      offset -= excess / this.#logSlope(offset);
    }
    return offset;
  }
}

/** ln(stay + fade * exp(offset)) for offset <= 0, where stay + fade = 1. */
function logMix(stay: number, fade: number, offset: number): number {
  const change = fade * Math.expm1(offset);
  return change > -0.5 ? Math.log1p(change) : Math.log(stay + fade * Math.exp(offset));
}

/** Halves panels that are wide for their distance to 0: the logistic function has its poles at ±iπ. */
export function splitWide(breakpoints: readonly number[]): number[] {
  const split: number[] = [];
  let last = breakpoints[0]!;
  for (const end of breakpoints) {
    while (end - last > reach(last, end)) {
      last += Math.min(reach(last, last), (end - last) / 2);
      split.push(last);
    }
    last = end;
    split.push(end);
  }
  return split;
}

/** How wide a panel may be whose nearest point to 0 lies in [from, to]. */
function reach(from: number, to: number): number {
  const distance = Math.max(from, -to, 0);
  return Math.hypot(distance, Math.PI) * 0.6;
}
