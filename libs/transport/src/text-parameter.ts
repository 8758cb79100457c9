import type { GraphNode } from '#graph';
import { UnusableComponentError } from './errors.js';

/** A node's parameter of type STRING, undefined where it is not given. */
export function textParameter(node: GraphNode, name: string): string | undefined {
  const value = node.parameters.find((parameter) => parameter.name === name)?.value;
  if (value === undefined || (typeof value === 'string' && value !== '')) return value;
  throw new UnusableComponentError(
    node.name,
    `parameter ${name} must be a non-empty STRING, got ${JSON.stringify(value)}`,
  );
}
