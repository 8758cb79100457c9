import type { Component } from '#graph';
import { UnknownModelError, UnknownNodeError } from '../data-plane/errors.js';
import type { Exchange } from '../data-plane/exchange.js';
import type { ServedPredictor } from '../deployments/served-predictor.js';

/**
 * What stands behind the node that a path names; in a graph of one node it may also be the model's own name. Throws
 * `UnknownNodeError`, or `UnknownModelError` where the protocol names models.
 */
export function componentOf({ components }: ServedPredictor, { name, model }: Exchange): Component {
  const component = components.get(name!);
  if (component !== undefined) return component;
  if (model === undefined) throw new UnknownNodeError(name!, [...components.keys()]);
  if (components.size === 1) return components.values().next().value!;
  throw new UnknownModelError(name!, [...components.keys()]);
}
