import { CLASS_LABEL } from '../reconcile/names.js';
import type { AdmissionRequest, AdmittedObject } from './admission-review.js';

/** Whether a deployment is made or changed by the request, not its status, and will stay. */
export function isWritten(
  request: AdmissionRequest,
): request is AdmissionRequest & { object: AdmittedObject } {
  const { operation, subResource, object } = request;
  if (operation !== 'CREATE' && operation !== 'UPDATE') return false;
  return Boolean(object) && !subResource && !object!.metadata.deletionTimestamp;
}

/** Whether the operator of a class serves it; that of no class serves those without the label. */
export function isOfClass({ object }: AdmissionRequest, name: string): boolean {
  return (object?.metadata.labels?.[CLASS_LABEL] ?? '') === name;
}

/** One that is to get a generated name has none yet: five characters come after its prefix. */
export function withName({ metadata, ...object }: AdmittedObject) {
  const { name, generateName = '' } = metadata;
  return { ...object, metadata: { ...metadata, name: name || `${generateName}xxxxx` } };
}
