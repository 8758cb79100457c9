import { type Find, ofPredictors, ofSpec } from './finding.js';

/** What Seldon's operator and engine do and Switchyard does not. */
export const UNSUPPORTED: readonly Find[] = [
  ofSpec(
    'serverType',
    ({ serverType }) => serverType === 'kafka' && 'Kafka is not served: predictions come over REST and gRPC',
  ),
  ofPredictors(
    '.explainer',
    ({ explainer }) => explainer?.type && `explainers (${explainer.type}) are not served`,
  ),
  ofPredictors(
    '.ssl',
    ({ ssl }) => ssl?.certSecretName && 'the engine speaks no TLS: let the gateway or a mesh do it',
  ),
];
