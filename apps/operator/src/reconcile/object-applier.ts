import type { KubernetesObject } from '#kubernetes';
import { ApiError, isMissing } from '../api/errors.js';
import { collectionPath, type Kind, kindOf, objectPath } from '../api/kinds.js';
import type { KubernetesClient } from '../api/kubernetes-client.js';
import type { KubernetesResource } from '../api/kubernetes-resource.js';
import type { EventRecorder } from '../events/event-recorder.js';
import { handOverReplicas, isScaled } from './hand-over.js';
import { FIELD_MANAGER } from './names.js';
import { digestOf, type OwnedObject, objectId } from './owned-object.js';
import type { OwnedObjects } from './owned-objects.js';
import type { ServedResource } from './served-resource.js';

const APPLY = 'application/apply-patch+yaml';

/** What was last applied, and what became of it. */
interface Applied {
  readonly digest: string;
  readonly uid: string;
  readonly fields: string;
}

interface Target {
  readonly resource: ServedResource;
  readonly object: KubernetesObject;
  readonly kind: Kind;
  readonly live: OwnedObject | undefined;
  readonly before: Applied | undefined;
  /** An autoscaler decides about its replicas. */
  readonly isScaled: boolean;
}

/** Makes objects be as they are rendered, with as few calls as that takes. */
export class ObjectApplier {
  /** By deployment, then by object. */
  private readonly applied = new Map<string, Map<string, Applied>>();

  constructor(
    private readonly client: KubernetesClient,
    private readonly owned: OwnedObjects,
    private readonly events: EventRecorder,
  ) {}

  /**
   * In their order. A new manifest of what is served already is tried out first, so that one that is refused changes
   * nothing. Returns the kinds that are not installed. Throws the `ApiError` of the first object that is refused.
   */
  async apply(resource: ServedResource, objects: readonly KubernetesObject[]): Promise<Kind[]> {
    const targets = objects.map((object) => this.targetOf(resource, object, objects));
    const possible = targets.filter(({ kind }) => this.owned.isInstalled(kind));
    const changed = possible.filter((target) => !isSettled(target));
    if (this.isChange(resource)) for (const target of changed) await this.tryOut(target);
    for (const target of changed) await this.settle(target);
    return [...new Set(targets.filter((target) => !possible.includes(target)).map(({ kind }) => kind))];
  }

  /** Deletes what an earlier manifest had made and `objects` no longer has, but for what `isUsed` still. */
  async prune(
    resource: ServedResource,
    objects: readonly KubernetesObject[],
    isUsed: (object: OwnedObject) => boolean,
  ): Promise<void> {
    const wanted = new Set(objects.map(({ kind, metadata: { name } }) => objectId({ kind, name })));
    for (const [id, object] of this.owned.of(resource.key)) {
      if (wanted.has(id) || !object.owners.includes(resource.uid) || isUsed(object)) continue;
      await this.delete(object);
      this.applied.get(resource.key)?.delete(id);
      const message = `${id} is removed: the manifest no longer has it`;
      this.events.tell(resource, { type: 'Normal', reason: 'Removed', message });
    }
  }

  /** The deployment is gone, and its objects with it. */
  forget(deployment: string): void {
    this.applied.delete(deployment);
  }

  /** Of something that is served: what was served until now is to stay if it does not go. */
  private isChange({ key, metadata, status }: ServedResource): boolean {
    if (this.owned.of(key).size === 0) return false;
    return status?.observedGeneration !== metadata.generation || status?.state === 'Failed';
  }

  private targetOf(
    resource: ServedResource,
    object: KubernetesObject,
    objects: readonly KubernetesObject[],
  ): Target {
    const id = objectId({ kind: object.kind, name: object.metadata.name });
    return {
      ...{ resource, object, kind: kindOf(object) },
      live: this.owned.of(resource.key).get(id),
      before: this.applied.get(resource.key)?.get(id),
      isScaled: isScaled(object, objects),
    };
  }

  private async tryOut({ object, kind }: Target): Promise<void> {
    try {
      await this.send(kind, object, { force: 'true', dryRun: 'All' });
    } catch (error) {
      if (!isImmutable(error)) throw error;
    }
  }

  private async settle(target: Target): Promise<void> {
    const { resource, object, kind, live, before } = target;
    const id = objectId({ kind: object.kind, name: object.metadata.name });
    const isDrift = before?.digest === digestOf(object);
    if (isDrift && live === undefined) this.tell(resource, 'Restored', `${id} was deleted and is made anew`);
    if (live && target.isScaled) await handOverReplicas(this.client, live);
    const answer = await this.applyOver(target, id, isDrift);
    const { metadata, fields } = this.owned.put(kind, answer);
    const deployment = this.applied.get(resource.key) ?? new Map<string, Applied>();
    this.applied.set(resource.key, deployment);
    deployment.set(id, { digest: digestOf(object), uid: metadata.uid, fields });
  }

  private async applyOver({ resource, object, kind, live }: Target, id: string, isDrift: boolean) {
    try {
      const answer = await this.send(kind, object, {});
      const wasEdited = isDrift && answer.metadata.resourceVersion !== live?.metadata.resourceVersion;
      if (wasEdited && live)
        this.tell(resource, 'PutBack', `${id} had lost fields that the manifest gives it`);
      return answer;
    } catch (error) {
      if (isImmutable(error)) return this.replace(resource, kind, object, id);
      if (!isConflict(error)) throw error;
      const conflict = (error as ApiError).explanation.replace(/^Apply failed with /, '');
      this.tell(resource, 'PutBack', `${id} is put back as the manifest has it; ${conflict}`);
      return this.send(kind, object, { force: 'true' });
    }
  }

  /** Some fields can only be set when an object is made. */
  private async replace(resource: ServedResource, kind: Kind, object: KubernetesObject, id: string) {
    this.tell(resource, 'Replaced', `${id} is made anew: Kubernetes does not change the field in question`);
    const live = this.owned.of(resource.key).get(id);
    if (live) await this.delete(live);
    return this.send(kind, object, { force: 'true' });
  }

  private async delete({ kind, metadata: { namespace, name, uid } }: OwnedObject): Promise<void> {
    const path = objectPath(kind, namespace, name);
    const body = { propagationPolicy: 'Background', preconditions: { uid } };
    try {
      await this.client.call({ method: 'DELETE', path, body });
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }

  private send(kind: Kind, object: KubernetesObject, query: Readonly<Record<string, string>>) {
    const { name, namespace = '' } = object.metadata;
    const parameters = new URLSearchParams({ fieldManager: FIELD_MANAGER, ...query });
    const path = `${collectionPath(kind, namespace)}/${name}?${parameters}`;
    return this.client.call<KubernetesResource>({ method: 'PATCH', path, body: object, contentType: APPLY });
  }

  private tell(resource: ServedResource, reason: string, message: string): void {
    this.events.tell(resource, { type: 'Warning', reason, message });
  }
}

/** Whether the object is as it was left when the same was applied before. */
function isSettled({ object, live, before }: Target): boolean {
  if (live === undefined || before === undefined) return false;
  return (
    before.digest === digestOf(object) && before.uid === live.metadata.uid && before.fields === live.fields
  );
}

function isConflict(error: unknown): boolean {
  return error instanceof ApiError && error.status === 409 && error.reason === 'Conflict';
}

function isImmutable(error: unknown): boolean {
  return (
    error instanceof ApiError && error.status === 422 && /immutable|may not change/.test(error.explanation)
  );
}
