import type { AdmissionRequest } from '../admission-review.js';

/** The spec of a deployment with one model. */
export const VALID = {
  predictors: [
    {
      name: 'main',
      componentSpecs: [{ spec: { containers: [{ name: 'model', image: 'registry.example/iris:1' }] } }],
      graph: { name: 'model', type: 'MODEL' },
    },
  ],
};

/** A `SeldonDeployment` as the API server sends it. */
export function deployment(spec: unknown, metadata: object = {}): AdmissionRequest['object'] {
  return {
    apiVersion: 'machinelearning.seldon.io/v1',
    kind: 'SeldonDeployment',
    metadata: { name: 'iris', namespace: 'models', ...metadata } as NonNullable<
      AdmissionRequest['object']
    >['metadata'],
    spec,
  };
}

/** A request to create the object, or to update the one before it. */
export function review(request: Partial<AdmissionRequest>): AdmissionRequest {
  return { uid: '1', operation: request.oldObject ? 'UPDATE' : 'CREATE', ...request };
}
