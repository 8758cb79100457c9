import { BetaDensity } from './beta-density.js';

/**
 * The t above which a share of `tail` of Student's distribution lies, 0 < tail < 0.5. By way of t^2 / (t^2 + df),
 * which is Beta(1/2, df/2) distributed.
 */
export function studentQuantile(tail: number, degreesOfFreedom: number): number {
  const density = new BetaDensity({ alpha: 0.5, beta: degreesOfFreedom / 2 });
  let at = density.mode;
  for (let step = 0; step < 100; step++) {
    const move = (density.above(at) - 2 * tail) / density.at(at);
    at = Math.min(Math.max(at + move, at - 2), at + 2);
    if (Math.abs(move) < 1e-12) break;
  }
  return Math.sqrt(degreesOfFreedom * Math.exp(at));
}
