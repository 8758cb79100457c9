import type { GraphNode } from './deployment.js';

/** Every node of a graph, parents before their children. */
export function nodesOf(root: GraphNode): GraphNode[] {
  return [root, ...root.children.flatMap(nodesOf)];
}
