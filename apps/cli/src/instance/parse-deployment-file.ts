import { InvalidDeploymentError, parseDeployments } from '#graph';
import {
  isPipeline,
  type PipelineDeployments,
  parsePipeline,
  type UnresolvedPlaceholder,
  UnresolvedPlaceholdersError,
} from '#pipelines';
import { DeploymentFileError } from './errors.js';

/** The deployments of a file's YAML, which is theirs or a pipeline's. Throws `DeploymentFileError`. */
export function parseDeploymentFile(
  file: string,
  yaml: string,
  values: ReadonlyMap<string, string>,
): PipelineDeployments {
  try {
    if (isPipeline(yaml)) return parsePipeline(yaml, values);
    return { deployments: parseDeployments(yaml), parameters: new Set() };
  } catch (error) {
    throw new DeploymentFileError(file, problemsOf(error));
  }
}

function problemsOf(error: unknown): string[] {
  if (error instanceof UnresolvedPlaceholdersError) return error.placeholders.map(describe);
  if (error instanceof InvalidDeploymentError) return error.lines;
  throw error;
}

function describe({ name, template, line, text, reason }: UnresolvedPlaceholder): string {
  return `template ${template}, line ${line} of its manifest, "${text}": ${name} has no value here (${reason}): --set ${name}=VALUE`;
}
