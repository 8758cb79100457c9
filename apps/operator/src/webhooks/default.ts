import {
  InvalidDeploymentError,
  type Manifest,
  nodesOf,
  type PredictiveUnit,
  parseManifest,
  unitsOf,
} from '#graph';
import { ADMITTED, type AdmissionRequest, type Answer, type PatchOperation } from './admission-review.js';
import { isWritten, withName } from './admitted-deployment.js';

/**
 * Writes the type of the nodes that are models without saying so, as Seldon's webhook does. Its other defaults are
 * worked out whenever a deployment is served; written down they would stay when what they were made of changes.
 */
export function withDefaults(request: AdmissionRequest): Answer {
  if (!isWritten(request)) return ADMITTED;
  try {
    return { refusal: null, patch: typesOf(parseManifest(withName(request.object))) };
  } catch (error) {
    // The other webhook and the status say what is wrong with it.
    if (error instanceof InvalidDeploymentError) return ADMITTED;
    throw error;
  }
}

function typesOf({ written, deployment }: Manifest): PatchOperation[] {
  return written.spec.predictors.flatMap(({ graph }, index) => {
    const nodes = nodesOf(deployment.predictors[index]!.graph);
    return unitsOf(graph).flatMap((unit, place) => {
      const { path, type: value } = nodes[place]!;
      const isUnsaid = hasNoKind(unit) && value === 'MODEL';
      return isUnsaid ? [{ op: 'add' as const, path: `${pointerOf(path)}/type`, value }] : [];
    });
  });
}

function hasNoKind({ type, methods }: PredictiveUnit): boolean {
  return !type && !methods;
}

/** `spec.predictors[0].graph` as RFC 6901 has it: `/spec/predictors/0/graph`. */
function pointerOf(path: string): string {
  return `/${path.replaceAll(/\[(\d+)\]/g, '.$1').replaceAll('.', '/')}`;
}
