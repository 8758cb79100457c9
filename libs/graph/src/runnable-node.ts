import { callsOf, type NodeCall } from './calls.js';
import type { Component } from './component.js';
import type { GraphNode } from './deployment.js';

/** A node with what stands behind it. */
export interface RunnableNode {
  readonly node: GraphNode;
  readonly component: Component;
  readonly calls: ReadonlySet<NodeCall>;
  readonly children: readonly RunnableNode[];
}

export function buildGraph(node: GraphNode, componentOf: (node: GraphNode) => Component): RunnableNode {
  return {
    node,
    component: componentOf(node),
    calls: callsOf(node),
    children: node.children.map((child) => buildGraph(child, componentOf)),
  };
}
