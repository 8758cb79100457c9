import { COMPONENT_POLICY } from '#bandits';
import { callsOf } from './calls.js';
import type { Deployment, GraphNode } from './deployment.js';
import { type ExperimentSpec, experimentOf } from './experiment.js';
import { nodesOf } from './nodes-of.js';

/** Far beyond any outcome, and their squares still add up: Seldon's components take rewards of any size. */
const LARGEST_REWARD = 1e12;

/** A node whose choices go into the ledger, where it stands, and what the manifest says about them. */
export interface RecordedChoice {
  readonly place: {
    readonly namespace: string;
    readonly deployment: string;
    readonly predictor: string;
    readonly node: string;
  };
  readonly spec: ExperimentSpec;
}

/** Those of a deployment, in the order of its predictors and nodes. */
export function recordedChoicesOf({ namespace, name, predictors }: Deployment): RecordedChoice[] {
  return predictors.flatMap(({ name: predictor, graph }) =>
    nodesOf(graph).flatMap((node) => {
      const spec = recordedChoiceOf(node);
      const place = { namespace, deployment: name, predictor, node: node.name };
      return spec ? [{ place, spec }] : [];
    }),
  );
}

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
