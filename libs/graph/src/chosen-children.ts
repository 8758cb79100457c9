import { InvalidRouteError } from './errors.js';
import type { RunnableNode } from './runnable-node.js';

const ALL = -1;
const NONE = -2;

/** The children that a route leads to. Throws `InvalidRouteError` where there is no such child. */
export function chosenChildren({ node, children }: RunnableNode, route: number): readonly RunnableNode[] {
  if (route === ALL) return children;
  if (route === NONE) return [];
  const child = Number.isInteger(route) ? children[route] : undefined;
  if (child === undefined) throw new InvalidRouteError(node.name, route, children.length);
  return [child];
}
