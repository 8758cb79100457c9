import {
  buildGraph,
  type Component,
  type GraphNode,
  nodesOf,
  type Predictor,
  type RunnableNode,
  recordedChoiceOf,
} from '#graph';
import type { ProtocolName } from '#protocol';
import { createComponents } from '#transport';
import { DecisionPoint } from '../decisions/decision-point.js';
import { ExperimentRouter } from '../decisions/experiment-router.js';
import { RecordedComponent } from '../decisions/recorded-component.js';
import { LoggedComponent } from '../payload-log/logged-component.js';
import { nodeLogs } from '../payload-log/node-logs.js';
import type { PayloadLog } from '../payload-log/payload-log.js';
import {
  type DeploymentSource,
  type EngineEnvironment,
  engineEnvironment,
  type RouterConfig,
} from '../router-config.js';
import type { Snapshots } from '../snapshots/snapshots.js';
import type { ArmPlaces } from './arm-places.js';

const YES = /^(true|1|yes)$/i;

/** One predictor with its graph ready to run. */
export class ServedPredictor {
  readonly name: string;
  /** Whether answers carry the route in `meta`. */
  readonly injectsRouting: boolean;
  /** Nodes that may choose a child. */
  private readonly choosers: readonly GraphNode[];

  constructor(
    readonly declared: Predictor,
    readonly root: RunnableNode,
    readonly experiments: readonly DecisionPoint[],
    /** By the names of their nodes. */
    readonly components: ReadonlyMap<string, Component>,
    readonly environment: EngineEnvironment,
    private readonly end: () => Promise<void>,
    protocol: ProtocolName,
  ) {
    this.name = declared.name;
    // No other protocol has a place for it in its answers.
    this.injectsRouting =
      protocol === 'seldon' && YES.test(environment.SELDON_ENABLE_ROUTING_INJECTION ?? '');
    this.choosers = nodesOf(declared.graph).filter((node) => node.children.length > 0);
  }

  /** `router=model-b, other=model-c`: each choice of one child, in the order of the graph. */
  routeText(routing: ReadonlyMap<string, number>): string {
    let text = '';
    for (const { name, children } of this.choosers) {
      const child = children[routing.get(name) ?? -1];
      if (child !== undefined) text += `${text && ', '}${name}=${child.name}`;
    }
    return text;
  }

  /** Rejects with the reason of the first component that cannot answer. */
  async ready(): Promise<void> {
    await Promise.all(Array.from(this.components.values(), (component) => component.ready()));
  }

  close(): Promise<void> {
    return this.end();
  }
}

/** What all predictors of this process share. */
export interface SharedServices {
  readonly snapshots: Snapshots;
  readonly payloads: PayloadLog;
  readonly places: ArmPlaces;
}

export async function servePredictor(
  predictor: Predictor,
  { deployment, folder, components }: DeploymentSource,
  { snapshots, payloads, places }: SharedServices,
  config: Pick<RouterConfig, 'componentTimeoutMs' | 'engine' | 'artefactCache' | 'port'>,
): Promise<ServedPredictor> {
  const environment = { ...config.engine, ...engineEnvironment(predictor.env) };
  const place = { namespace: deployment.namespace, deployment: deployment.name, predictor: predictor.name };
  const logs = nodeLogs(
    predictor,
    { ...place, protocol: deployment.protocol, environment, port: config.port },
    payloads,
  );
  const queues = [...new Set(Array.from(logs.values(), ({ queue }) => queue))];
  const release = () => payloads.release(queues);
  const options = { folder, components, protocol: deployment.protocol, artefactCache: config.artefactCache };
  const set = await createComponents(predictor, {
    ...options,
    namespace: place.namespace,
    deployment: place.deployment,
    timeoutMs: config.componentTimeoutMs,
  }).catch(async (error) => {
    await release();
    throw error;
  });
  const experiments: DecisionPoint[] = [];
  const all = new Map<string, Component>();
  const root = buildGraph(predictor.graph, (node) => {
    const log = logs.get(node.name);
    const component = log === undefined ? componentOf(node) : new LoggedComponent(componentOf(node), log);
    all.set(node.name, component);
    return component;
  });
  const end = async () => {
    await set.close();
    await release();
  };
  return new ServedPredictor(predictor, root, experiments, all, environment, end, deployment.protocol);

  function componentOf(node: GraphNode): Component {
    if (recordedChoiceOf(node) === null) return set.componentOf(node);
    const point = new DecisionPoint(node, place, snapshots, places);
    experiments.push(point);
    return point.isOurs ? new ExperimentRouter(point) : new RecordedComponent(set.componentOf(node), point);
  }
}
