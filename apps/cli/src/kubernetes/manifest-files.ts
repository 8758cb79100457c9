import { InvalidDeploymentError, type Manifest, parseManifest } from '#graph';
import { readManifests } from '../instance/deployment-files.js';
import { DeploymentFileError } from '../instance/errors.js';

export interface ManifestOptions {
  readonly file: readonly string[];
  /** For manifests that name none. */
  readonly namespace?: string;
}

/** What `use` makes of every manifest of the files. Throws `DeploymentFileError` for what it cannot take. */
export async function eachManifest<T>(
  { file: files, namespace }: ManifestOptions,
  use: (manifest: Manifest) => T,
): Promise<T[]> {
  const results: T[] = [];
  for (const file of files) {
    for (const manifest of await readManifests(file)) {
      results.push(named(file, () => use(inNamespace(manifest, namespace))));
    }
  }
  return results;
}

function inNamespace(manifest: Manifest, namespace: string | undefined): Manifest {
  const { written } = manifest;
  if (namespace === undefined || written.metadata.namespace) return manifest;
  return parseManifest({ ...written, metadata: { ...written.metadata, namespace } });
}

function named<T>(file: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof InvalidDeploymentError) throw DeploymentFileError.of(file, error);
    throw error;
  }
}
