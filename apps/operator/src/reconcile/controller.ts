import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { aborted } from '../aborted.js';
import { collectionPath, SELDON_DEPLOYMENTS } from '../api/kinds.js';
import type { KubernetesClient } from '../api/kubernetes-client.js';
import { type Change, Reflector } from '../api/reflector.js';
import { EventRecorder } from '../events/event-recorder.js';
import { ExperimentBook } from '../experiments/experiment-book.js';
import { GraphChanges } from '../graphs/graph-changes.js';
import type { OperatorMetrics } from '../metrics/operator-metrics.js';
import type { OperatorConfig } from '../operator-config.js';
import { ServingPods } from '../pods/serving-pods.js';
import { WorkQueue } from '../queue/work-queue.js';
import { StatusWriter } from '../status/status-writer.js';
import { StoresSecret } from '../stores/stores-secret.js';
import { CLASS_LABEL } from './names.js';
import { ObjectApplier } from './object-applier.js';
import { OwnedObjects } from './owned-objects.js';
import { Reconciler } from './reconciler.js';
import { type ServedResource, servedResource } from './served-resource.js';

/** The work of one term as the leader: everything it knows was read in this term. */
export class Controller {
  private readonly logger = new Logger('Operator');
  private readonly queue = new WorkQueue();
  private readonly events: EventRecorder;
  private readonly owned: OwnedObjects;
  private readonly pods: ServingPods;
  private readonly applier: ObjectApplier;
  private readonly stores: StoresSecret;
  private readonly experiments: ExperimentBook;
  private readonly reconciler: Reconciler;
  private readonly deployments: readonly Reflector<ServedResource>[];
  private hasSynced = false;

  constructor(
    private readonly client: KubernetesClient,
    private readonly config: OperatorConfig,
    private readonly metrics: OperatorMetrics,
  ) {
    const { namespaces, render: options, stores, intervals } = config;
    this.events = new EventRecorder(client);
    this.owned = new OwnedObjects(client, namespaces, (key) => this.queue.add(key));
    this.pods = new ServingPods(client, namespaces, (key) => this.queue.add(key));
    this.applier = new ObjectApplier(client, this.owned, this.events);
    this.stores = new StoresSecret(client, options.storesSecret, stores?.engine ?? null);
    this.experiments = new ExperimentBook(stores);
    const status = new StatusWriter(client);
    const { owned, pods, applier, events, experiments } = this;
    const graphs = new GraphChanges({ client, owned, pods, applier, wait: intervals.graph });
    this.reconciler = new Reconciler({
      ...{ options, owned, pods, graphs, applier, events, experiments, status },
      stores: this.stores,
    });
    this.deployments = (namespaces.length === 0 ? [''] : namespaces).map((namespace) =>
      this.deploymentsOf(namespace),
    );
  }

  get isSynced(): boolean {
    return this.hasSynced;
  }

  /** Works until `stop` is aborted, and ends what is under way. */
  async run(stop: AbortSignal): Promise<void> {
    const failed = new AbortController();
    const signal = AbortSignal.any([stop, failed.signal]);
    // One for every watch and every wait.
    setMaxListeners(0, signal);
    signal.addEventListener('abort', () => this.queue.close(), { once: true });
    const following = this.deployments.map((reflector) => reflector.run(signal));
    try {
      await this.follow(signal);
      if (!signal.aborted) {
        this.hasSynced = true;
        const { workers } = this.config;
        await Promise.all([this.queue.run(workers, (key) => this.work(key)), this.timedWork(signal)]);
      }
    } finally {
      failed.abort();
      await Promise.all([...following, this.owned.stopped(), this.pods.stopped()]);
      await Promise.all([this.events.settled(), this.experiments.close()]);
      this.metrics.clear();
    }
  }

  private async follow(signal: AbortSignal): Promise<void> {
    const deployments = this.deployments.map(({ synced }) => synced);
    const all = [this.owned.follow(signal), this.pods.follow(signal), ...deployments];
    await Promise.race([Promise.all(all), aborted(signal)]);
  }

  private deploymentsOf(namespace: string): Reflector<ServedResource> {
    const { class: name } = this.config;
    return new Reflector<ServedResource>(this.client, {
      path: collectionPath(SELDON_DEPLOYMENTS, namespace),
      labelSelector: name === '' ? `!${CLASS_LABEL}` : `${CLASS_LABEL}=${name}`,
      keep: servedResource,
      onChange: (change) => {
        if (isNews(change)) this.queue.add(change.key);
      },
    });
  }

  private find(key: string): { reflector: Reflector<ServedResource>; resource: ServedResource } | null {
    for (const reflector of this.deployments) {
      const resource = reflector.get(key);
      if (resource) return { reflector, resource };
    }
    return null;
  }

  /** Never throws: what failed comes again. */
  private async work(key: string): Promise<void> {
    const timer = this.metrics.reconciling();
    try {
      const isFinal = await this.reconcile(key);
      if (isFinal) this.queue.succeeded(key);
      else this.queue.retry(key);
      timer(isFinal ? 'done' : 'incomplete');
    } catch (error) {
      this.logger.warn(`${key}: ${(error as Error).message}`);
      this.queue.retry(key);
      timer('failed');
    }
    this.metrics.queued(this.queue.length);
  }

  private async reconcile(key: string): Promise<boolean> {
    const found = this.find(key);
    if (found === null) return this.forget(key);
    const { reflector, resource } = found;
    // Its objects go with it.
    if (resource.metadata.deletionTimestamp) return true;
    const { resource: written, isFinal, lookAgain } = await this.reconciler.reconcile(resource, new Date());
    if (lookAgain !== null) this.queue.addAfter(key, lookAgain);
    if (written) reflector.put(written);
    this.metrics.state(key, (written ? servedResource(written) : resource).status?.state);
    return isFinal;
  }

  /** Kubernetes deletes its objects by their owner. */
  private async forget(key: string): Promise<boolean> {
    this.applier.forget(key);
    this.experiments.forget(key);
    this.metrics.state(key, undefined);
    const [namespace] = key.split('/') as [string];
    if (!this.hasAny(namespace)) await this.stores.remove(namespace);
    return true;
  }

  private hasAny(namespace: string): boolean {
    return this.deployments.some((reflector) =>
      [...reflector.all()].some((one) => one.namespace === namespace),
    );
  }

  /** Shows what experiments do at present, and looks at everything again now and then. */
  private async timedWork(signal: AbortSignal): Promise<void> {
    let resync = performance.now() + this.config.intervals.resync;
    while (!signal.aborted) {
      await sleep(this.config.intervals.experiments, undefined, { signal }).catch(() => {});
      if (signal.aborted) return;
      for (const key of await this.experiments.refresh()) this.queue.add(key);
      if (performance.now() < resync) continue;
      resync = performance.now() + this.config.intervals.resync;
      await this.owned.follow(signal).catch((error: Error) => this.logger.warn(error.message));
      for (const reflector of this.deployments) for (const { key } of reflector.all()) this.queue.add(key);
    }
  }
}

/** A status alone is the operator's own. */
function isNews({ before, after }: Change<ServedResource>): boolean {
  if (before === null || after === null || before.uid !== after.uid) return true;
  const a = before.metadata;
  const b = after.metadata;
  return (
    a.generation !== b.generation ||
    a.deletionTimestamp !== b.deletionTimestamp ||
    JSON.stringify(a.annotations) !== JSON.stringify(b.annotations)
  );
}
