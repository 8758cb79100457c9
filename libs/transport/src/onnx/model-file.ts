import { realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve } from 'node:path';
import type { GraphNode } from '#graph';
import { messageOf } from '#sdk';
import { UnusableComponentError } from '../errors.js';
import { textParameter } from './parameters.js';

const SCHEME = 'file://';
const DEFAULT_MODEL_FILE = 'model.onnx';

/**
 * The .onnx file that a node's modelUri names: `file://` with a path relative to the deployment's folder or absolute,
 * of the file itself or of a folder that holds `model_file`. Only what really (links followed) lies inside one of
 * `roots` is read; the first of them is the deployment's folder.
 */
export async function findModelFile(node: GraphNode, roots: readonly [string, ...string[]]): Promise<string> {
  const uri = node.modelUri;
  if (!uri?.startsWith(SCHEME) || uri.length === SCHEME.length) {
    throw new UnusableComponentError(node.name, `modelUri must be file://<path>, got ${uri ?? 'none'}`);
  }
  const target = await inside(node, roots, resolve(roots[0], uri.slice(SCHEME.length)));
  if (!(await stat(target)).isDirectory()) return target;
  return inside(node, roots, join(target, textParameter(node, 'model_file') ?? DEFAULT_MODEL_FILE));
}

async function inside(node: GraphNode, roots: readonly string[], path: string): Promise<string> {
  const real = await existing(node, path);
  const realRoots = await Promise.all(roots.map((root) => existing(node, root)));
  if (realRoots.some((root) => contains(root, real))) return real;
  throw new UnusableComponentError(
    node.name,
    `modelUri ${node.modelUri} leads to ${real}, which is outside ${realRoots.join(', ')}`,
  );
}

async function existing(node: GraphNode, path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    const problem = `modelUri ${node.modelUri} cannot be read: ${messageOf(error)}`;
    throw new UnusableComponentError(node.name, problem, { cause: error });
  }
}

function contains(root: string, path: string): boolean {
  const way = relative(root, path);
  return way !== '..' && !way.startsWith('../') && !isAbsolute(way);
}
