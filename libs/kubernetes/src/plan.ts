import {
  containerNames,
  type Deployment,
  type GraphNode,
  hasPodPerComponent,
  hasSeparateEngine,
  type Manifest,
  nodesOf,
  type Predictor,
  type SeldonComponentSpec,
  type SeldonPredictor,
} from '#graph';
import type { Texts } from './kubernetes-object.js';
import { predictorKey, workloadName } from './names.js';
import { podsPerComponent } from './pods-per-component.js';
import type { RenderOptions } from './render-options.js';
import { withServers } from './servers/with-servers.js';

const NO_ENGINE = 'seldon.io/no-engine';
const FIRST_METRICS_PORT = 6000;

/** The pods of one componentSpec. */
export interface PodPlan {
  /** Of its Deployment. */
  readonly name: string;
  /** The containers of model servers are in it. */
  readonly componentSpec: SeldonComponentSpec;
  readonly hasEngine: boolean;
}

/** What is to be made of one predictor. */
export interface Plan {
  readonly manifest: Manifest;
  readonly options: RenderOptions;
  readonly predictor: Predictor;
  readonly written: SeldonPredictor;
  /** The name of its Service. */
  readonly key: string;
  readonly labels: Texts;
  /** In its first pod, in pods of its own, or nowhere. */
  readonly engine: 'beside' | 'separate' | 'none';
  readonly pods: readonly PodPlan[];
  /** By name: the nodes that have a container here. */
  readonly nodes: ReadonlyMap<string, GraphNode>;
  readonly protocol: Deployment['protocol'];
}

/** One plan for each predictor, in the order of the manifest. */
export function plansOf(manifest: Manifest, options: RenderOptions): Plan[] {
  return manifest.written.spec.predictors.map((written, index) => {
    const predictor = manifest.deployment.predictors[index]!;
    const { protocol } = manifest.deployment;
    const componentSpecs = withServers(written, predictor, {
      protocol,
      images: options.servers,
      metricsPortOf: (container) => metricsPort({ manifest, written }, container),
    });
    const engine = enginePlace(manifest, written, componentSpecs);
    const nodes = nodesWithContainer(predictor, componentSpecs);
    const pods = hasPodPerComponent(manifest.written, written)
      ? podsPerComponent(componentSpecs, nodes, protocol)
      : componentSpecs.map((componentSpec, place) => ({ componentSpec, place }));
    return {
      ...{ manifest, options, predictor, written, engine, protocol },
      key: predictorKey(manifest.written, written),
      labels: { version: written.name, ...written.labels },
      pods: podsOf(manifest, written, pods, engine),
      nodes,
    };
  });
}

/** Where a container serves its metrics, unless it has a port of that name. */
export function metricsPort({ manifest, written }: Pick<Plan, 'manifest' | 'written'>, container: string) {
  const isAlone = hasPodPerComponent(manifest.written, written);
  return FIRST_METRICS_PORT + (isAlone ? 0 : containerNames(manifest.written).indexOf(container));
}

/** A componentSpec without containers makes no pods. */
function podsOf(
  { written: deployment }: Manifest,
  predictor: SeldonPredictor,
  pods: readonly { readonly componentSpec: SeldonComponentSpec; readonly place: number }[],
  engine: Plan['engine'],
): PodPlan[] {
  return pods
    .map(({ componentSpec, place }) => ({
      name: workloadName(deployment, predictor, componentSpec, place),
      componentSpec,
      hasEngine: engine === 'beside' && place === 0,
    }))
    .filter(({ componentSpec }) => componentSpec.spec?.containers?.length);
}

function nodesWithContainer(
  { graph }: Predictor,
  componentSpecs: readonly SeldonComponentSpec[],
): ReadonlyMap<string, GraphNode> {
  const containers = componentSpecs.flatMap(({ spec }) => spec?.containers ?? []);
  const names = new Set(containers.map(({ name }) => name));
  return new Map(nodesOf(graph).flatMap((node) => (names.has(node.name) ? [[node.name, node]] : [])));
}

function enginePlace(
  { written: deployment }: Manifest,
  predictor: SeldonPredictor,
  [first]: readonly SeldonComponentSpec[],
): Plan['engine'] {
  if (predictor.annotations?.[NO_ENGINE]?.toLowerCase() === 'true') return 'none';
  const isAlone = !first?.spec?.containers?.length;
  return isAlone || hasSeparateEngine(deployment, predictor) ? 'separate' : 'beside';
}
