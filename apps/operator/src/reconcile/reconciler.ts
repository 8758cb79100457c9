import { InvalidDeploymentError, type Manifest, parseManifest } from '#graph';
import type { KubernetesObject, RenderOptions } from '#kubernetes';
import { ApiError } from '../api/errors.js';
import type { KubernetesResource } from '../api/kubernetes-resource.js';
import type { EventRecorder } from '../events/event-recorder.js';
import { tellOfPods } from '../events/tell-of-pods.js';
import type { ExperimentBook } from '../experiments/experiment-book.js';
import type { GraphChanges } from '../graphs/graph-changes.js';
import type { ServingPods } from '../pods/serving-pods.js';
import { conditionsAt, type Finding, fails } from '../status/conditions.js';
import type { DeploymentStatus } from '../status/deployment-status.js';
import { hasRolledOut, observedStatus, unfinished } from '../status/observed-status.js';
import type { StatusWriter } from '../status/status-writer.js';
import type { StoresSecret } from '../stores/stores-secret.js';
import { desiredObjects } from './desired-objects.js';
import type { ObjectApplier } from './object-applier.js';
import type { OwnedObjects } from './owned-objects.js';
import type { ServedResource } from './served-resource.js';
import { stillUsed } from './still-used.js';

export interface ReconcilerParts {
  readonly options: RenderOptions;
  readonly owned: OwnedObjects;
  readonly pods: ServingPods;
  readonly graphs: GraphChanges;
  readonly applier: ObjectApplier;
  readonly stores: StoresSecret;
  readonly experiments: ExperimentBook;
  readonly events: EventRecorder;
  readonly status: StatusWriter;
}

export interface Reconciled {
  /** With its new status; null where that has not changed. */
  readonly resource: KubernetesResource | null;
  /** Whether it is to be tried again soon. */
  readonly isFinal: boolean;
  /** Milliseconds after which it is to be looked at again, whatever happens; or null. */
  readonly lookAgain: number | null;
}

type Outcome = Omit<DeploymentStatus, 'conditions' | 'observedGeneration'> & {
  readonly findings: readonly Finding[];
  readonly isFinal: boolean;
  readonly lookAgain: number | null;
};

/** Makes one deployment's objects be as its manifest has them, and its status say how that went. */
export class Reconciler {
  constructor(private readonly parts: ReconcilerParts) {}

  /** Throws what is worth another try and says nothing of the deployment itself. */
  async reconcile(resource: ServedResource, now: Date): Promise<Reconciled> {
    const outcome = await this.outcomeOf(resource, now);
    const { findings, isFinal, lookAgain, ...observed } = outcome;
    const status: DeploymentStatus = {
      ...observed,
      observedGeneration: resource.metadata.generation!,
      conditions: conditionsAt(now, findings, resource.status?.conditions),
    };
    this.tellOf(resource, status);
    return { resource: await this.parts.status.write(resource, status), isFinal, lookAgain };
  }

  private async outcomeOf(resource: ServedResource, now: Date): Promise<Outcome> {
    try {
      const manifest = parseManifest(resource);
      const stores = await this.parts.stores.ensure(resource.namespace);
      const desired = desiredObjects(manifest, this.parts.options, stores);
      return await this.serve(resource, manifest, desired, now);
    } catch (error) {
      if (error instanceof InvalidDeploymentError) return failed(resource, 'Invalid', error.message, true);
      if (isRefusal(error)) return failed(resource, error.reason, error.explanation, false);
      throw error;
    }
  }

  private async serve(
    resource: ServedResource,
    manifest: Manifest,
    desired: readonly KubernetesObject[],
    now: Date,
  ): Promise<Outcome> {
    const { applier, owned, pods, graphs, events, experiments: book, options } = this.parts;
    const { key } = resource;
    const { experiments, finding, isFinal } = await book.declare(key, manifest.deployment);
    const split = graphs.split(key, desired);
    const notInstalled = await applier.apply(resource, split.now);
    const hasPods = hasRolledOut({ desired, owned: owned.of(key) });
    await graphs.begin(resource, hasPods ? split.later : graphs.unserved(key, split.later), now);
    const progress = await graphs.follow(resource, desired, now);
    const missing = unfinished({ desired, owned: owned.of(key) });
    // What served until now goes only when all that takes its place answers.
    if (missing.length + progress.waiting.length === 0) await this.prune(resource, desired);
    const troubles = new Map([...pods.troublesOf(key)].filter(([name]) => missing.includes(name)));
    tellOfPods(events, resource, troubles, progress);
    const observation = {
      ...{ manifest, options, desired, notInstalled, experiments, progress, troubles },
      ...{ owned: owned.of(key), recorded: finding },
    };
    return { ...observedStatus(observation), isFinal, lookAgain: progress.lookAgain };
  }

  /** But for what engines of before, which are going, still use. */
  private prune(resource: ServedResource, desired: readonly KubernetesObject[]): Promise<void> {
    const { applier, pods } = this.parts;
    return applier.prune(resource, desired, stillUsed(pods.of(resource.key), desired));
  }

  /** What people who own the deployment want to know when it happens. */
  private tellOf(resource: ServedResource, { state, description = '' }: DeploymentStatus): void {
    const { events } = this.parts;
    const before = resource.status?.state;
    if (state === 'Failed')
      events.tell(resource, { type: 'Warning', reason: 'Failed', message: description });
    if (state === 'Available' && before !== 'Available') {
      events.tell(resource, { type: 'Normal', reason: 'Available', message: 'Every replica is available' });
    }
  }
}

/** What is in the cluster stays and goes on serving, and its status is kept. */
function failed(
  { status: before }: ServedResource,
  reason: string,
  description: string,
  isFinal: boolean,
): Outcome {
  const { conditions: _, observedGeneration: __, ...kept } = before ?? {};
  const findings = [fails('Ready', reason, description)];
  return { ...kept, state: 'Failed', description, findings, isFinal, lookAgain: null };
}

/** The API server did not take an object, and says why. */
function isRefusal(error: unknown): error is ApiError {
  return error instanceof ApiError && [400, 403, 409, 413, 422].includes(error.status);
}
