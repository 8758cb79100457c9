import { readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parseDeployments } from '#graph';
import { errorCode } from '#system';
import { parseComponents } from '#transport';
import type { DeploymentSource } from '../router-config.js';

/** Four times what Kubernetes holds in a ConfigMap. */
const MAX_BYTES = 4 * 1024 * 1024;

/** The files that a graph is written in; absolute. */
export interface GraphFiles {
  readonly deployment: string;
  readonly components: string;
  /** Whether there need be no file of components. */
  readonly componentsOptional: boolean;
}

/** What stands in them. */
export interface GraphTexts {
  readonly deployment: string;
  /** '' where there is no such file. */
  readonly components: string;
}

/** A file of the graph that cannot be read. */
class UnreadableGraphError extends Error {
  override readonly name = 'UnreadableGraphError';

  constructor(
    readonly file: string,
    readonly problem: string,
    options?: ErrorOptions,
  ) {
    super(`${file} ${problem}`, options);
  }
}

/** Throws `UnreadableGraphError`. */
export async function readGraph(files: GraphFiles): Promise<GraphTexts> {
  const deployment = await textOf(files.deployment);
  return { deployment, components: await textOf(files.components, files.componentsOptional) };
}

/** Throws `InvalidDeploymentError` and `InvalidComponentsError`. */
export function parseGraph(files: GraphFiles, texts: GraphTexts): DeploymentSource[] {
  const components = parseComponents(files.components, texts.components);
  const folder = dirname(files.deployment);
  return parseDeployments(texts.deployment).map((deployment) => ({ deployment, folder, components }));
}

async function textOf(file: string, isOptional = false): Promise<string> {
  try {
    const { size } = await stat(file);
    if (size <= MAX_BYTES) return await readFile(file, 'utf8');
    throw new UnreadableGraphError(file, `must have at most ${MAX_BYTES} bytes, got ${size}`);
  } catch (error) {
    if (isOptional && errorCode(error) === 'ENOENT') return '';
    if (error instanceof UnreadableGraphError) throw error;
    throw new UnreadableGraphError(file, `cannot be read: ${(error as Error).message}`, { cause: error });
  }
}
