import type { Component } from '#graph';
import { UnknownNodeError } from '../data-plane/errors.js';
import type { ServedPredictor } from '../deployments/served-predictor.js';

/** What stands behind a node. Throws `UnknownNodeError`. */
export function componentOf({ components }: ServedPredictor, node: string): Component {
  const component = components.get(node);
  if (component === undefined) throw new UnknownNodeError(node, [...components.keys()]);
  return component;
}
