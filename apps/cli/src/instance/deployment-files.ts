import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { type Deployment, InvalidDeploymentError, type Manifest, parseManifests } from '#graph';
import { type ComponentMap, readComponents } from '#transport';
import { DeploymentFileError } from './errors.js';

/** A deployment with what is needed to run it here. */
export interface RunnableDeployment {
  readonly deployment: Deployment;
  /** Relative paths of the deployment start here. */
  readonly folder: string;
  readonly components: ComponentMap;
}

/**
 * Every deployment of every file. Throws `DeploymentFileError` with all problems of the first file that has any, and
 * `InvalidComponentsError`.
 * `components` null: the `components.yaml` beside each file, where there is one.
 */
export async function readDeployments(
  files: readonly string[],
  components: string | null,
): Promise<RunnableDeployment[]> {
  const deployments: RunnableDeployment[] = [];
  for (const file of files) {
    const folder = dirname(resolve(file));
    const manifests = await readManifests(file);
    const map = await readComponents(components ?? join(folder, 'components.yaml'), {
      optional: components === null,
    });
    for (const { deployment } of manifests) {
      refuseTwice(file, deployment, deployments);
      deployments.push({ deployment, folder, components: map });
    }
  }
  return deployments;
}

/** The manifests of a file. Throws `DeploymentFileError` with all its problems. */
export async function readManifests(file: string): Promise<Manifest[]> {
  const yaml = await read(file);
  try {
    return parseManifests(yaml);
  } catch (error) {
    if (error instanceof InvalidDeploymentError) throw DeploymentFileError.of(file, error);
    throw error;
  }
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new DeploymentFileError(file, [readFailure(error as NodeJS.ErrnoException)]);
  }
}

function readFailure({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT') return 'there is no such file: name a SeldonDeployment with -f FILE';
  if (code === 'EISDIR') return 'this is a folder: name a SeldonDeployment with -f FILE';
  return message;
}

function refuseTwice(file: string, { namespace, name }: Deployment, before: readonly RunnableDeployment[]) {
  const twice = before.some(({ deployment: d }) => d.namespace === namespace && d.name === name);
  if (twice) throw new DeploymentFileError(file, [`metadata.name: ${namespace}/${name} is declared twice`]);
}
