import { nodesOf } from '#graph';
import { type Find, type Finding, ofPredictors, ofSpec } from './finding.js';

const REST_TIMEOUT = 'seldon.io/rest-timeout';
const BUILT_IN = ['SIMPLE_MODEL', 'SIMPLE_ROUTER', 'AVERAGE_COMBINER'];

/** What is served otherwise on purpose, as far as it concerns a manifest; each gives the sentences that apply. */
export const DIFFERENCES: readonly Find[] = [
  ({ deployment }) => deployment.notices.map((message) => ({ path: 'spec.predictors', message })),
  ofSpec('oauth_key', ({ oauth_key }) => oauth_key && 'is ignored: let the gateway check who calls'),
  ofSpec('annotations', ({ annotations }) => ignoredAnnotations(annotations)),
  ({ deployment }) =>
    REST_TIMEOUT in deployment.annotations
      ? []
      : [
          {
            path: 'spec.annotations',
            message: `without ${REST_TIMEOUT} a call may take 30 seconds, not for ever`,
          },
        ],
  ofPredictors('.annotations', ({ annotations }) => ignoredAnnotations(annotations)),
  ofPredictors(
    '.engineResources',
    ({ engineResources, svcOrchSpec }) =>
      engineResources && !svcOrchSpec?.resources && "counts here; Seldon's operator ignores it",
  ),
  ofPredictors('.svcOrchSpec.env', ({ svcOrchSpec }) => {
    const injection = svcOrchSpec?.env?.find(({ name }) => name === 'SELDON_ENABLE_ROUTING_INJECTION');
    return (
      /^(false|0|no)$/i.test(injection?.value ?? '') &&
      'switches routing injection off; for Seldon every value switches it on'
    );
  }),
  ofPredictors(
    '',
    (_, { engine, pods }) =>
      engine === 'separate' &&
      pods.length === 0 &&
      "has no container: it gets an engine alone, where Seldon's operator gives up",
  ),
  ofPredictors('.componentSpecs', ({ componentSpecs }) => {
    const budgets = componentSpecs?.filter(({ pdbSpec }) => pdbSpec) ?? [];
    return (
      budgets.length > 0 && 'each PodDisruptionBudget selects the pods of its own componentSpec, not of all'
    );
  }),
  ofPredictors('.componentSpecs', ({ componentSpecs }) => {
    const own = componentSpecs?.some(({ spec }) => spec?.securityContext);
    return own && "the pods' securityContext counts; Seldon's operator replaces it by its chart's";
  }),
  ofPredictors('.graph', (_, { predictor }) => {
    const found = nodesOf(predictor.graph).filter(({ implementation }) => BUILT_IN.includes(implementation));
    const names = found.map(({ name, implementation }) => `${name} (${implementation})`);
    return found.length > 0 && `${names.join(', ')}: does what its name says; Seldon's engine does nothing`;
  }),
  grpcNodes,
];

function ignoredAnnotations(annotations: Readonly<Record<string, string>> | null | undefined): string | null {
  const ignored = Object.keys(annotations ?? {}).filter((name) =>
    /^seldon\.io\/(ambassador-|executor$|engine-java-opts$)/.test(name),
  );
  return ignored.length > 0 ? `${ignored.join(', ')}: without effect` : null;
}

function grpcNodes({ deployment }: Parameters<Find>[0]): Finding[] {
  return deployment.predictors
    .flatMap(({ graph }) => nodesOf(graph))
    .filter(({ endpoint }) => endpoint.type === 'GRPC' && endpoint.host !== '')
    .map(({ path }) => ({
      path: `${path}.endpoint.type`,
      message: 'is always called over gRPC; Seldon calls as the client did',
    }));
}
