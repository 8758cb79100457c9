import type { KubernetesObject } from '#kubernetes';
import { ApiError } from '../api/errors.js';
import { objectPath, PODS } from '../api/kinds.js';
import type { KubernetesClient } from '../api/kubernetes-client.js';
import type { ServingPod } from '../pods/serving-pod.js';
import type { ServingPods } from '../pods/serving-pods.js';
import { GRAPH_ANNOTATION } from '../reconcile/names.js';
import type { ObjectApplier } from '../reconcile/object-applier.js';
import { type OwnedObject, objectId } from '../reconcile/owned-object.js';
import type { OwnedObjects } from '../reconcile/owned-objects.js';
import type { ServedResource } from '../reconcile/served-resource.js';
import { askEngine } from './ask-engine.js';
import { digestOfConfig, type GraphConfigState, withState } from './graph-config-state.js';
import { pauseAfter } from './pause.js';

const MOST_NAMED = 3;
const MAX_TEXT = 1000;

/** How far changes of the graphs of a deployment are. */
export interface GraphProgress {
  /** What changes wait for; empty where engines serve what the manifest has. */
  readonly waiting: readonly string[];
  /** What an engine has against its new graph. */
  readonly refused: readonly string[];
  /** Why it is not known whether engines serve it. */
  readonly unconfirmed: readonly string[];
  /** Milliseconds after which it is worth another look. */
  readonly lookAgain: number | null;
}

interface Parts {
  readonly client: KubernetesClient;
  readonly owned: OwnedObjects;
  readonly pods: ServingPods;
  readonly applier: ObjectApplier;
  /** Milliseconds in which engines that cannot be asked are taken to have their new graph. */
  readonly wait: number;
}

interface Change {
  readonly config: KubernetesObject;
  readonly state: GraphConfigState;
}

/**
 * Gives new graphs to engines that stay. The ConfigMap itself says how far that is, so that any operator can go on:
 * it has another graph than the manifest until the pods which the new one needs are there; then the time at which it
 * was changed, until every engine says that it serves the new one.
 */
export class GraphChanges {
  constructor(private readonly parts: Parts) {}

  /** What is applied at once, and the ConfigMaps that wait for it: engines read them already, with another graph. */
  split(key: string, desired: readonly KubernetesObject[]) {
    const now: KubernetesObject[] = [];
    const later: KubernetesObject[] = [];
    for (const object of desired) {
      const state = this.stateOf(key, object);
      if (state === null) now.push(object);
      else if (state.digest === digestOfConfig(object)) now.push(withState(object, state));
      else later.push(object);
    }
    return { now, later };
  }

  /**
   * Of ConfigMaps that wait those whose graph no engine answers with: nobody is to be kept from failing, and it may be
   * the graph of before that keeps the pods from coming up.
   */
  unserved(key: string, later: readonly KubernetesObject[]): KubernetesObject[] {
    const served = this.parts.pods
      .of(key)
      .flatMap(({ engine }) => (engine?.isReady ? engine.graphConfig : []));
    return later.filter(({ metadata }) => !served.includes(metadata.name));
  }

  /** Gives engines their new graphs, as the pods that these need are there. Throws `ApiError`. */
  async begin(resource: ServedResource, later: readonly KubernetesObject[], now: Date): Promise<void> {
    const changing = now.toISOString();
    await this.parts.applier.apply(
      resource,
      later.map((config) => withState(config, { changing })),
    );
  }

  /** Sees to it that engines take their new graphs, and asks them whether they have. Throws `ApiError`. */
  async follow(
    resource: ServedResource,
    desired: readonly KubernetesObject[],
    now: Date,
  ): Promise<GraphProgress> {
    const found: GraphProgress[] = [];
    for (const config of desired) {
      const state = this.stateOf(resource.key, config);
      if (state !== null) found.push(await this.followOne(resource, { config, state }, now));
    }
    const times = found.flatMap(({ lookAgain }) => lookAgain ?? []);
    return {
      waiting: found.flatMap(({ waiting }) => waiting),
      refused: found.flatMap(({ refused }) => refused),
      unconfirmed: found.flatMap(({ unconfirmed }) => unconfirmed),
      lookAgain: times.length > 0 ? Math.min(...times) : null,
    };
  }

  private stateOf(key: string, object: KubernetesObject): GraphConfigState | null {
    if (object.kind !== 'ConfigMap') return null;
    const live: OwnedObject | undefined = this.parts.owned
      .of(key)
      .get(objectId({ kind: object.kind, name: object.metadata.name }));
    return live?.graph ?? null;
  }

  private async followOne(resource: ServedResource, change: Change, now: Date): Promise<GraphProgress> {
    const { config, state } = change;
    const { name } = config.metadata;
    if (state.digest !== digestOfConfig(config)) {
      return { ...NOTHING, waiting: [`${name}: changes when the pods that the new graph needs are there`] };
    }
    if (state.changing === undefined) {
      return { ...NOTHING, unconfirmed: state.unconfirmed ? [`${name}: ${state.unconfirmed}`] : [] };
    }
    const engines = this.enginesOf(resource.key, name);
    await Promise.all(engines.map((pod) => this.mark(pod, state.digest)));
    return this.confirm(resource, change, await this.ask(engines, state.digest), now);
  }

  private async confirm(
    resource: ServedResource,
    { config, state }: Change,
    { waiting, starting, refused, silent }: Answers,
    now: Date,
  ): Promise<GraphProgress> {
    const { applier, wait } = this.parts;
    const { name } = config.metadata;
    const since = now.getTime() - Date.parse(state.changing!);
    const left = wait - since;
    const held = [...waiting, ...starting];
    const all = [...held, ...silent];
    if (all.length === 0) {
      await applier.apply(resource, [config]);
      return NOTHING;
    }
    if (held.length > 0 || left > 0) {
      // Pods that start are news by themselves.
      const lookAgain =
        all.length > starting.length ? pauseAfter(since, silent.length > 0 ? left : null) : null;
      return { ...NOTHING, refused, waiting: [`${name}: ${listed(all)}`], lookAgain };
    }
    const unconfirmed = `${listed(silent)}; engines that read their graph have it after ${wait / 1000} s`;
    await applier.apply(resource, [withState(config, { unconfirmed })]);
    return { ...NOTHING, unconfirmed: [`${name}: ${unconfirmed}`] };
  }

  /** Those that start as well: what they are going to read may have been written before the change. */
  private enginesOf(key: string, graphConfig: string): ServingPod[] {
    return this.parts.pods
      .of(key)
      .filter(({ engine }) => engine?.graphConfig === graphConfig && !engine.isLeaving);
  }

  /**
   * The kubelet looks at the volumes of a pod when the pod changes, and otherwise once a minute: where a policy of the
   * cluster forbids the change, that is waited for.
   */
  private async mark({ metadata, engine }: ServingPod, digest: string): Promise<void> {
    if (engine!.marked === digest) return;
    try {
      await this.parts.client.call({
        method: 'PATCH',
        path: objectPath(PODS, metadata.namespace, metadata.name),
        contentType: 'application/merge-patch+json',
        body: { metadata: { annotations: { [GRAPH_ANNOTATION]: digest } } },
      });
    } catch (error) {
      if (!isRefused(error)) throw error;
    }
  }

  private async ask(engines: readonly ServingPod[], digest: string): Promise<Answers> {
    const answers: Answers = { waiting: [], starting: [], refused: [], silent: [] };
    await Promise.all(
      engines.map(async ({ metadata: { name }, engine }) => {
        try {
          const served = await askEngine(engine!.address);
          if (served.digest === digest) return;
          const why = served.refused ? `refuses the new graph: ${served.refused}` : 'serves the graph before';
          answers.waiting.push(`pod ${name} ${why}`.slice(0, MAX_TEXT));
          if (served.refused) answers.refused.push(served.refused.slice(0, MAX_TEXT));
        } catch (error) {
          if (engine!.isReady)
            answers.silent.push(`pod ${name} cannot be asked (${(error as Error).message})`);
          else answers.starting.push(`pod ${name} does not answer yet`);
        }
      }),
    );
    return answers;
  }
}

/** By pod, in words. */
interface Answers {
  readonly waiting: string[];
  /** Of pods that are not ready. */
  readonly starting: string[];
  readonly refused: string[];
  readonly silent: string[];
}

const NOTHING: GraphProgress = { waiting: [], refused: [], unconfirmed: [], lookAgain: null };

/** Also of a pod that is gone. */
function isRefused(error: unknown): boolean {
  return error instanceof ApiError && error.status >= 400 && error.status < 500 && error.status !== 401;
}

function listed(texts: readonly string[]): string {
  const sorted = [...texts].sort();
  const more = sorted.length - MOST_NAMED;
  return `${sorted.slice(0, MOST_NAMED).join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}
