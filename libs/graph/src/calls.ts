import type { GraphNode, NodeMethod, NodeType } from './deployment.js';
import { isExperiment } from './implementations.js';

export type NodeCall = 'PREDICT' | NodeMethod;

/** Reference seldon-v1.md, sections 4.1 and 4.6: the calls that a node gets for its type; `methods` adds to them. */
const callsOfType: Readonly<Record<NodeType, readonly NodeCall[]>> = {
  MODEL: ['PREDICT', 'SEND_FEEDBACK'],
  TRANSFORMER: ['TRANSFORM_INPUT'],
  OUTPUT_TRANSFORMER: ['TRANSFORM_OUTPUT'],
  ROUTER: ['ROUTE', 'SEND_FEEDBACK'],
  COMBINER: ['AGGREGATE'],
  UNKNOWN_TYPE: [],
};

/** An experiment has no component to reward: its rewards go into the ledger. */
const EXPERIMENT_CALLS: readonly NodeCall[] = ['ROUTE'];

export function callsOf(node: GraphNode): ReadonlySet<NodeCall> {
  if (isExperiment(node)) return new Set(EXPERIMENT_CALLS);
  return new Set([...callsOfType[node.type], ...node.methods]);
}
