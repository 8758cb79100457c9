import { readFile } from 'node:fs/promises';
import { InvalidPackageError } from '../pipeline/package-form.js';
import { isPacked, unpackPipeline } from '../pipeline/pipeline-package.js';
import { DeploymentFileError } from './errors.js';

/** The YAML of a file, or of the pipeline packed in it. Throws `DeploymentFileError`. */
export async function readDeploymentFile(file: string): Promise<string> {
  try {
    const bytes = await readFile(file);
    return isPacked(file) ? await unpackPipeline(file, bytes) : bytes.toString();
  } catch (error) {
    throw new DeploymentFileError(file, [
      error instanceof InvalidPackageError ? error.message : readFailure(error as NodeJS.ErrnoException),
    ]);
  }
}

function readFailure({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT') return 'there is no such file: name a SeldonDeployment with -f FILE';
  if (code === 'EISDIR') return 'this is a folder: name a SeldonDeployment with -f FILE';
  return message;
}
