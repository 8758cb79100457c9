import { type ArtefactOptions, fetchArtefact, progressLines } from '#artefacts';
import type { GraphNode } from '#graph';
import { messageOf } from '#sdk';
import { UnusableComponentError } from './errors.js';

export type ModelSources = ArtefactOptions & {
  /** What local paths may lead to; relative ones start at the first. */
  readonly roots: readonly string[];
  /** Takes a line for people while a model is on its way. */
  readonly log?: (line: string) => void;
};

const LINE_EVERY_MS = 2000;

/** The local file or folder that a node's `modelUri` leads to. Throws `UnusableComponentError`. */
export async function fetchModel(node: GraphNode, uri: string, sources: ModelSources): Promise<string> {
  try {
    const { log = () => {} } = sources;
    const onProgress = progressLines((line) => log(`${node.name}: ${line}`), LINE_EVERY_MS);
    return await fetchArtefact(uri, { ...sources, onProgress });
  } catch (error) {
    throw new UnusableComponentError(node.name, `modelUri ${messageOf(error)}`, { cause: error });
  }
}

/** The node as a component that is no model server gets it: with the parameter `model_uri` where the model lies here. */
export async function withModel(node: GraphNode, sources: ModelSources): Promise<GraphNode> {
  if (node.modelUri === undefined) return node;
  const value = await fetchModel(node, node.modelUri, sources);
  const others = node.parameters.filter(({ name }) => name !== 'model_uri');
  return { ...node, parameters: [...others, { name: 'model_uri', type: 'STRING', value }] };
}
