import { isDeepStrictEqual } from 'node:util';
import { InvalidDeploymentError, parseManifest } from '#graph';
import { type RenderOptions, render } from '#kubernetes';
import { ADMITTED, type AdmissionRequest, type AdmittedObject, type Answer } from './admission-review.js';
import { isWritten, withName } from './admitted-deployment.js';

const INVALID = 422;

/**
 * Refuses a deployment with the problems that its status would name. What an update leaves as it was is not judged: a
 * deployment of the time before a rule can still be labelled, scaled and deleted.
 */
export function validate(request: AdmissionRequest, options: RenderOptions): Answer {
  if (!isWritten(request)) return ADMITTED;
  const { object, oldObject } = request;
  if (oldObject && isSame(object, oldObject)) return ADMITTED;
  const deployment = withName(object);
  try {
    render(parseManifest(deployment), options);
    return ADMITTED;
  } catch (error) {
    if (error instanceof InvalidDeploymentError) return refused(deployment.metadata.name, error);
    throw error;
  }
}

function isSame(object: AdmittedObject, before: AdmittedObject): boolean {
  return (
    isDeepStrictEqual(object.spec, before.spec) &&
    isDeepStrictEqual(object.metadata.annotations ?? {}, before.metadata.annotations ?? {})
  );
}

function refused(name: string, { message, problems }: InvalidDeploymentError): Answer {
  const causes = problems.map(({ path, message: problem }) => ({
    ...{ reason: 'FieldValueInvalid', message: problem },
    ...(path !== '' && { field: path }),
  }));
  const details = { group: 'machinelearning.seldon.io', kind: 'SeldonDeployment', name, causes };
  return { patch: [], refusal: { status: 'Failure', code: INVALID, reason: 'Invalid', message, details } };
}
