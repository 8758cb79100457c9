import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pathInside } from '#artefacts';
import type { GraphNode } from '#graph';
import { messageOf } from '#sdk';
import { UnusableComponentError } from '../errors.js';
import { fetchModel, type ModelSources } from '../fetch-model.js';
import { textParameter } from '../text-parameter.js';

const DEFAULT_MODEL_FILE = 'model.onnx';

/**
 * The .onnx file that a node's modelUri names: the artefact itself, or `model_file` in the folder that it is. Local paths
 * are relative to the first of `roots`, the deployment's folder, and may not leave all of them.
 */
export async function findModelFile(node: GraphNode, sources: ModelSources): Promise<string> {
  const uri = node.modelUri;
  if (uri === undefined) throw new UnusableComponentError(node.name, 'modelUri must be given, got none');
  const path = await fetchModel(node, uri, sources);
  const file = textParameter(node, 'model_file') ?? DEFAULT_MODEL_FILE;
  try {
    if (!(await stat(path)).isDirectory()) return path;
    return await pathInside(uri, [path, ...sources.roots], join(path, file));
  } catch (error) {
    throw new UnusableComponentError(node.name, `modelUri ${messageOf(error)}`, { cause: error });
  }
}
