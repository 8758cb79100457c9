import { COMPONENT_POLICY } from '#bandits';
import { callsOf } from './calls.js';
import type { GraphNode } from './deployment.js';
import { type ExperimentSpec, experimentOf } from './experiment.js';

/** Far beyond any outcome, and their squares still add up: Seldon's components take rewards of any size. */
const LARGEST_REWARD = 1e12;

/** What goes into the ledger about a node's choices; null for a node that makes none. */
export function recordedChoiceOf(node: GraphNode): ExperimentSpec | null {
  return experimentOf(node) ?? componentChoiceOf(node);
}

function componentChoiceOf(node: GraphNode): ExperimentSpec | null {
  if (node.children.length === 0 || !callsOf(node).has('ROUTE')) return null;
  return {
    policy: COMPONENT_POLICY,
    options: {},
    arms: node.children.map(({ name }) => name),
    metric: { min: -LARGEST_REWARD, max: LARGEST_REWARD },
  };
}
