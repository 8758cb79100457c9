/** A quadrature rule on [-1, 1]. */
export interface Rule {
  readonly nodes: Float64Array;
  readonly weights: Float64Array;
  /** Row k times the values at the nodes is the integral from node k to 1 of the polynomial through them. */
  readonly fromNode: readonly Float64Array[];
}

/** P_0(x) to P_{count}(x), by the three-term recurrence. */
function legendre(x: number, count: number): number[] {
  const values = [1, x];
  for (let n = 1; n < count; n++) values.push(((2 * n + 1) * x * values[n]! - n * values[n - 1]!) / (n + 1));
  return values;
}

/** The derivative of P_n at x, given P_n(x) and P_{n-1}(x). */
function slope(n: number, x: number, value: number, before: number): number {
  return (n * (before - x * value)) / (1 - x * x);
}

/** A root of P_count, by Newton's method from Tricomi's approximation. */
function root(index: number, count: number): number {
  let x = -Math.cos((Math.PI * (index + 0.75)) / (count + 0.5));
  for (let step = 0; step < 10; step++) {
    const values = legendre(x, count);
    x -= values[count]! / slope(count, x, values[count]!, values[count - 1]!);
  }
  return x;
}

export function gaussLegendre(count: number): Rule {
  const nodes = Float64Array.from({ length: count }, (_, i) => root(i, count));
  const weights = nodes.map((x) => {
    const values = legendre(x, count);
    return 2 / ((1 - x * x) * slope(count, x, values[count]!, values[count - 1]!) ** 2);
  });
  return { nodes, weights, fromNode: Array.from(nodes, (from) => integralsFrom(from, nodes, weights)) };
}

/** The integral from `from` to 1 of each Lagrange polynomial, written in Legendre polynomials. */
function integralsFrom(from: number, nodes: Float64Array, weights: Float64Array): Float64Array {
  const count = nodes.length;
  const start = legendre(from, count);
  return nodes.map((node, l) => {
    const values = legendre(node, count);
    let sum = 1 - from;
    for (let n = 1; n < count; n++) sum += values[n]! * (start[n - 1]! - start[n + 1]!);
    return (weights[l]! * sum) / 2;
  });
}
