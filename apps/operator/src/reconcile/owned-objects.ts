import { aborted } from '../aborted.js';
import { isMissing } from '../api/errors.js';
import { collectionPath, type Kind, OWNED_KINDS } from '../api/kinds.js';
import type { KubernetesClient } from '../api/kubernetes-client.js';
import { type KubernetesResource, keyOf } from '../api/kubernetes-resource.js';
import { Reflector } from '../api/reflector.js';
import { DEPLOYMENT_LABEL } from './names.js';
import { type OwnedObject, objectId, ownedObject } from './owned-object.js';

/** Copies of all objects that the operator made, by deployment. */
export class OwnedObjects {
  private readonly byDeployment = new Map<string, Map<string, OwnedObject>>();
  private readonly reflectors = new Map<string, Reflector<OwnedObject>>();
  private readonly installed = new Set<Kind>(OWNED_KINDS.filter(({ isBuiltIn }) => isBuiltIn));
  private readonly running: Promise<void>[] = [];

  constructor(
    private readonly client: KubernetesClient,
    /** Empty: all. */
    private readonly namespaces: readonly string[],
    /** Told the key of a deployment, one of whose objects changed. */
    private readonly onChange: (deployment: string) => void,
  ) {}

  /** Of one deployment, by `objectId`. */
  of(deployment: string): ReadonlyMap<string, OwnedObject> {
    return this.byDeployment.get(deployment) ?? new Map();
  }

  isInstalled(kind: Kind): boolean {
    return this.installed.has(kind);
  }

  /** Resolves once every kind that is installed is known, or `signal` is aborted; what is installed later is found by calling it again. */
  async follow(signal: AbortSignal): Promise<void> {
    await Promise.all(OWNED_KINDS.filter(({ isBuiltIn }) => !isBuiltIn).map((kind) => this.look(kind)));
    for (const kind of this.installed)
      for (const namespace of this.scopes()) this.reflect(kind, namespace, signal);
    const synced = [...this.reflectors.values()].map((reflector) => reflector.synced);
    await Promise.race([Promise.all(synced), aborted(signal)]);
  }

  /** Takes in what the API server answered, and returns it; `of` has what is newer. */
  put(kind: Kind, resource: KubernetesResource): OwnedObject {
    const { namespace = '' } = resource.metadata;
    const scope = this.namespaces.length === 0 ? '' : namespace;
    const reflector = this.reflectors.get(reflectorId(kind, scope))!;
    const answered = reflector.put(resource);
    this.index(reflector.get(keyOf(answered))!);
    return answered;
  }

  async stopped(): Promise<void> {
    await Promise.all(this.running);
  }

  private scopes(): readonly string[] {
    return this.namespaces.length === 0 ? [''] : this.namespaces;
  }

  private async look(kind: Kind): Promise<void> {
    try {
      const { resources }: { resources: { name: string }[] } = await this.client.call({
        method: 'GET',
        path: `/apis/${kind.apiVersion}`,
      });
      if (resources.some(({ name }) => name === kind.plural)) this.installed.add(kind);
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }

  private reflect(kind: Kind, namespace: string, signal: AbortSignal): void {
    const id = reflectorId(kind, namespace);
    if (this.reflectors.has(id)) return;
    const reflector = new Reflector<OwnedObject>(this.client, {
      path: collectionPath(kind, namespace),
      labelSelector: DEPLOYMENT_LABEL,
      keep: (resource) => ownedObject(kind, resource),
      onChange: ({ before, after }) => {
        if (before) this.unindex(before);
        if (after) this.index(after);
        this.onChange(deploymentKey((after ?? before)!));
      },
    });
    this.reflectors.set(id, reflector);
    this.running.push(reflector.run(signal));
  }

  private index(object: OwnedObject): void {
    const key = deploymentKey(object);
    const objects = this.byDeployment.get(key) ?? new Map<string, OwnedObject>();
    objects.set(idOf(object), object);
    this.byDeployment.set(key, objects);
  }

  private unindex(object: OwnedObject): void {
    const key = deploymentKey(object);
    const objects = this.byDeployment.get(key);
    objects?.delete(idOf(object));
    if (objects?.size === 0) this.byDeployment.delete(key);
  }
}

function idOf({ kind: { kind }, metadata: { name } }: OwnedObject): string {
  return objectId({ kind, name });
}

function deploymentKey({ metadata: { namespace }, deployment }: OwnedObject): string {
  return `${namespace}/${deployment}`;
}

function reflectorId({ apiVersion, plural }: Kind, namespace: string): string {
  return `${apiVersion}/${plural}/${namespace}`;
}
