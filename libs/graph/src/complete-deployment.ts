import { adoptBandit } from './bandit-image.js';
import type { Deployment, GraphNode, NodeType, Predictor } from './deployment.js';
import { Endpoints } from './endpoints.js';
import { readExperiment } from './experiment.js';
import { implementationOf, NO_IMPLEMENTATION } from './implementations.js';
import { convertParameter } from './parameters.js';
import { ofParameter, passes, type Report, shown } from './problems.js';
import type { PredictiveUnit, SeldonDeployment, SeldonPredictor } from './seldon-deployment.js';

/** `kfserving` is the older name of `v2`. */
const PROTOCOLS = { seldon: 'seldon', tensorflow: 'tensorflow', kfserving: 'v2', v2: 'v2' } as const;

/** Fills in the defaults (reference seldon-v1.md, section 5.1), converts parameters and checks experiments. */
export function completeDeployment(raw: SeldonDeployment, prefix: string, report: Report): Deployment {
  const namespace = raw.metadata.namespace ?? 'default';
  const annotations = { ...raw.metadata.annotations, ...raw.spec.annotations };
  const endpoints = new Endpoints(raw, namespace);
  const notices: string[] = [];
  const live = raw.spec.predictors.filter(({ shadow }) => !shadow).length;
  const predictors = raw.spec.predictors.map((predictor, index): Predictor => {
    const path = `${prefix}spec.predictors[${index}].graph`;
    const graph = completeNode(predictor.graph, path, {
      predictor,
      images: imagesOf(predictor),
      endpoints,
      notices,
      report,
    });
    const shadow = predictor.shadow ?? false;
    return {
      name: predictor.name,
      graph,
      traffic: live === 1 && !shadow ? 100 : (predictor.traffic ?? 0),
      shadow,
      annotations: { ...annotations, ...predictor.annotations },
      env: environmentOf(predictor),
      images: imagesOf(predictor),
    };
  });
  const protocol = PROTOCOLS[raw.spec.protocol ?? 'seldon'];
  return { namespace, name: raw.metadata.name, protocol, annotations, predictors, notices };
}

interface NodeContext {
  readonly predictor: SeldonPredictor;
  readonly images: Readonly<Record<string, string>>;
  readonly notices: string[];
  readonly endpoints: Endpoints;
  readonly report: Report;
}

function completeNode(unit: PredictiveUnit, path: string, context: NodeContext): GraphNode {
  const { predictor, images, endpoints, notices, report } = context;
  const written: GraphNode = {
    name: unit.name,
    path,
    type: typeOf(unit),
    implementation: unit.implementation || NO_IMPLEMENTATION,
    methods: unit.methods ?? [],
    parameters: (unit.parameters ?? []).map(({ name, type, value }) => ({
      name,
      type,
      value: convertParameter(type, value) ?? value,
    })),
    children: (unit.children ?? []).map((child, index) =>
      completeNode(child, `${path}.children[${index}]`, context),
    ),
    endpoint: endpoints.of(unit, predictor),
    modelUri: unit.modelUri ?? undefined,
    logger: unit.logger ? { url: unit.logger.url || undefined, mode: unit.logger.mode } : undefined,
  };
  if (!passes((add) => checkValues(unit, path, add), report)) return written;
  const { node, notice } = adoptBandit(written, images[unit.name], report);
  if (notice !== null) notices.push(notice);
  readExperiment(node, report);
  return node;
}

function checkValues(unit: PredictiveUnit, path: string, report: Report): void {
  for (const [index, { name, type, value }] of (unit.parameters ?? []).entries()) {
    if (convertParameter(type, value) !== null) continue;
    const message = `expected a value of type ${type}, got ${shown(value)} ${ofParameter(unit.name, name)}`;
    report(`${path}.parameters[${index}].value`, message);
  }
}

function typeOf({ type, methods, implementation }: PredictiveUnit): NodeType {
  const fixed = implementationOf(implementation)?.type;
  return fixed ?? type ?? (methods?.length ? 'UNKNOWN_TYPE' : 'MODEL');
}

function environmentOf({ svcOrchSpec }: SeldonPredictor): Record<string, string> {
  return Object.fromEntries((svcOrchSpec?.env ?? []).map(({ name, value }) => [name, value ?? '']));
}

function imagesOf({ componentSpecs }: SeldonPredictor): Record<string, string> {
  const containers = (componentSpecs ?? []).flatMap(({ spec }) => spec?.containers ?? []);
  return Object.fromEntries(containers.flatMap(({ name, image }) => (image ? [[name, image]] : [])));
}
