import type { GraphNode } from '#graph';
import { type ModelOptions, numericDatatypes } from '#protocol';
import { UnusableComponentError } from './errors.js';
import { textParameter } from './text-parameter.js';

/** What a node's parameters say of its model. Throws `UnusableComponentError`. */
export function modelOptionsOf(node: GraphNode): ModelOptions {
  const datatype = textParameter(node, 'datatype');
  if (datatype !== undefined && !numericDatatypes.includes(datatype)) {
    const expected = numericDatatypes.join(', ');
    throw new UnusableComponentError(
      node.name,
      `parameter datatype must be one of ${expected}, got ${datatype}`,
    );
  }
  return {
    input: textParameter(node, 'model_input'),
    output: textParameter(node, 'model_output'),
    datatype,
    signature: textParameter(node, 'signature_name'),
  };
}
