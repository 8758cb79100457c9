import { checkNode } from './check-node.js';
import { type Report, shown } from './problems.js';
import { type PredictiveUnit, type SeldonPredictor, type SeldonSpec, unitsOf } from './seldon-deployment.js';

/** What a schema cannot say, in Seldon's own texts where it has them (reference seldon-v1.md, section 5.2). */
export function checkSpec(spec: SeldonSpec, path: string, report: Report): void {
  for (const rule of rules) rule(spec, path, report);
  for (const [index, predictor] of spec.predictors.entries()) {
    checkGraph(predictor, `${path}.predictors[${index}]`, report);
  }
}

type Rule = (spec: SeldonSpec, path: string, report: Report) => void;

const rules: readonly Rule[] = [checkShadows, checkPredictorNames, checkTraffic, checkEndpointTypes];

function checkShadows({ predictors }: SeldonSpec, path: string, report: Report): void {
  const shadows = predictors.flatMap(({ shadow }, index) => (shadow ? [index] : []));
  if (shadows.length > 1) {
    report(`${path}.predictors[${shadows[1]}].shadow`, 'Multiple shadows are not allowed');
  } else if (shadows.length === predictors.length) {
    report(`${path}.predictors[0].shadow`, 'Shadow can not exist as only predictor');
  }
}

function checkPredictorNames({ predictors }: SeldonSpec, path: string, report: Report): void {
  predictors.forEach(({ name }, index) => {
    if (predictors.findIndex((other) => other.name === name) === index) return;
    report(`${path}.predictors[${index}].name`, `Duplicate predictor name: ${shown(name)}`);
  });
}

/** A shadow's share counts in the sum, as it does for Seldon. */
function checkTraffic({ predictors }: SeldonSpec, path: string, report: Report): void {
  const sum = predictors.reduce((total, { traffic }) => total + (traffic ?? 0), 0);
  const live = predictors.flatMap(({ shadow }, index) => (shadow ? [] : [index]));
  if (live.length > 1 && sum !== 100) {
    report(`${path}.predictors`, `Traffic must sum to 100 for multiple predictors, got ${sum}`);
  } else if (live.length === 1 && sum > 0 && sum !== 100) {
    const field = `${path}.predictors[${live[0]}].traffic`;
    report(field, `Traffic must sum be 100 for a single predictor when set, got ${sum}`);
  }
}

const TRANSPORT_OF = { REST: 'rest', GRPC: 'grpc' } as const;

function checkEndpointTypes({ predictors, transport }: SeldonSpec, path: string, report: Report): void {
  const types = new Set(predictors.flatMap(({ graph }) => unitsOf(graph)).flatMap(endpointType));
  if (types.size > 1) {
    report(path, `Multiple endpoint.types found: expected one for all nodes, got ${[...types].join(', ')}`);
  } else if (transport && [...types].some((type) => TRANSPORT_OF[type] !== transport)) {
    const got = [...types].join(', ');
    report(`${path}.transport`, `Mixed transport types found: ${transport} here, but endpoints of ${got}`);
  }
}

function endpointType({ endpoint }: PredictiveUnit): ('REST' | 'GRPC')[] {
  return endpoint?.type ? [endpoint.type] : [];
}

function checkGraph(predictor: SeldonPredictor, path: string, report: Report): void {
  const containers = (predictor.componentSpecs ?? []).flatMap(({ spec }) => spec?.containers ?? []);
  const context = {
    containers: new Set(containers.map(({ name }) => name)),
    paths: new Map<string, string>(),
    report,
  };
  checkNode(predictor.graph, `${path}.graph`, context);
}
