import { dirname, join, resolve } from 'node:path';
import { type Deployment, InvalidDeploymentError, type Manifest, parseManifests } from '#graph';
import { type ComponentMap, readComponents } from '#transport';
import { UsageError } from '../failure.js';
import { DeploymentFileError } from './errors.js';
import { parseDeploymentFile } from './parse-deployment-file.js';
import { readDeploymentFile } from './read-deployment-file.js';

/** A deployment with what is needed to run it here. */
export interface RunnableDeployment {
  readonly deployment: Deployment;
  /** Relative paths of the deployment start here. */
  readonly folder: string;
  readonly components: ComponentMap;
}

/**
 * Every deployment of every file, also of pipelines. Throws `DeploymentFileError` with all problems of the first file
 * that has any, `InvalidComponentsError`, and `UsageError` for a value that no pipeline takes.
 * `components` null: the `components.yaml` beside each file, where there is one.
 */
export async function readDeployments(
  files: readonly string[],
  components: string | null,
  values: ReadonlyMap<string, string>,
): Promise<RunnableDeployment[]> {
  const deployments: RunnableDeployment[] = [];
  const parameters = new Set<string>();
  for (const file of files) {
    const folder = dirname(resolve(file));
    const parsed = parseDeploymentFile(file, await readDeploymentFile(file), values);
    for (const parameter of parsed.parameters) parameters.add(parameter);
    const map = await readComponents(components ?? join(folder, 'components.yaml'), {
      optional: components === null,
    });
    for (const deployment of parsed.deployments) {
      refuseTwice(file, deployment, deployments);
      deployments.push({ deployment, folder, components: map });
    }
  }
  refuseUnknown(values, parameters);
  return deployments;
}

/** The manifests of a file. Throws `DeploymentFileError` with all its problems. */
export async function readManifests(file: string): Promise<Manifest[]> {
  const yaml = await readDeploymentFile(file);
  try {
    return parseManifests(yaml);
  } catch (error) {
    if (error instanceof InvalidDeploymentError) throw DeploymentFileError.of(file, error);
    throw error;
  }
}

function refuseTwice(file: string, { namespace, name }: Deployment, before: readonly RunnableDeployment[]) {
  const twice = before.some(({ deployment: d }) => d.namespace === namespace && d.name === name);
  if (twice) throw new DeploymentFileError(file, [`metadata.name: ${namespace}/${name} is declared twice`]);
}

function refuseUnknown(values: ReadonlyMap<string, string>, parameters: ReadonlySet<string>): void {
  const unknown = [...values.keys()].find((name) => !parameters.has(name));
  if (unknown === undefined) return;
  const known = [...parameters].join(', ') || 'none';
  throw new UsageError(
    `--set must name a parameter of a pipeline among the files (${known}), got ${unknown}`,
  );
}
