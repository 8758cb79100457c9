import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { backOff } from '../queue/back-off.js';
import { ApiError } from './errors.js';
import type { KubernetesClient } from './kubernetes-client.js';
import { type KubernetesResource, keyOf } from './kubernetes-resource.js';

const PAGE = 500;
const EXPIRED = 410;
const LONGEST_PAUSE_MS = 5_000;

/** What became of an object; `before` and `after` are null where there is none. */
export interface Change<T> {
  readonly key: string;
  readonly before: T | null;
  readonly after: T | null;
}

/** The least that is kept of an object. */
interface Kept {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid: string;
    readonly resourceVersion: string;
  };
}

interface List {
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string };
  readonly items: readonly KubernetesResource[];
}

interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: KubernetesResource & { readonly code?: number; readonly message?: string };
}

export interface ReflectorOptions<T> {
  /** Of the collection. */
  readonly path: string;
  readonly labelSelector: string;
  /** What is kept of an object. */
  readonly keep: (resource: KubernetesResource) => T;
  readonly onChange: (change: Change<T>) => void;
}

/**
 * A copy of a collection that follows it: listed once, then watched. What a watch that broke has missed is made up
 * for; one that expired, or whose server forgot its version, is followed by a new list.
 */
export class Reflector<T extends Kept> {
  private readonly logger = new Logger('Operator');
  private readonly items = new Map<string, T>();
  private version = '';
  private failures = 0;
  private markSynced!: () => void;
  /** Resolves after the first list. */
  readonly synced = new Promise<void>((resolve) => {
    this.markSynced = resolve;
  });

  constructor(
    private readonly client: KubernetesClient,
    private readonly options: ReflectorOptions<T>,
  ) {}

  get(key: string): T | undefined {
    return this.items.get(key);
  }

  all(): IterableIterator<T> {
    return this.items.values();
  }

  /** Takes an answer of the API server in before the watch tells of it, unless that has told of a newer state. */
  put(resource: KubernetesResource): T {
    const item = this.options.keep(resource);
    const known = this.items.get(keyOf(item));
    if (!known || isNewer(resource, known)) this.items.set(keyOf(item), item);
    return item;
  }

  /** Follows the collection until `signal` is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        if (this.version === '') await this.list();
        await this.watch(signal);
        this.failures = 0;
      } catch (error) {
        if (!signal.aborted) await this.recover(error, signal);
      }
    }
  }

  private async recover(error: unknown, signal: AbortSignal): Promise<void> {
    if (error instanceof ApiError && error.status === EXPIRED) this.version = '';
    else if (this.failures === 0) this.logger.warn(`${this.options.path}: ${(error as Error).message}`);
    const pause = Math.min(LONGEST_PAUSE_MS, backOff(this.failures++));
    await sleep(pause, undefined, { signal }).catch(() => {});
  }

  private async list(): Promise<void> {
    const seen = new Set<string>();
    let next = '';
    do {
      const list: List = await this.client.call({
        method: 'GET',
        path: this.pathWith({ limit: String(PAGE), ...(next && { continue: next }) }),
      });
      for (const resource of list.items) seen.add(this.take(resource));
      next = list.metadata.continue ?? '';
      this.version = list.metadata.resourceVersion;
    } while (next !== '');
    for (const key of [...this.items.keys()].filter((known) => !seen.has(known))) this.drop(key);
    this.markSynced();
  }

  private async watch(signal: AbortSignal): Promise<void> {
    const query = { watch: 'true', allowWatchBookmarks: 'true', resourceVersion: this.version };
    for await (const line of this.client.lines(this.pathWith(query), signal)) {
      this.follow(JSON.parse(line) as WatchEvent);
    }
  }

  private follow({ type, object }: WatchEvent): void {
    if (type === 'ERROR') {
      throw new ApiError(this.options.path, object.code ?? 0, 'WatchEnded', object.message ?? 'no reason');
    }
    this.version = object.metadata.resourceVersion;
    this.failures = 0;
    if (type === 'DELETED') this.forget(object);
    else if (type !== 'BOOKMARK') this.take(object);
  }

  private take(resource: KubernetesResource): string {
    const key = keyOf(resource);
    const before = this.items.get(key) ?? null;
    if (before && !isNewer(resource, before)) return key;
    this.options.onChange({ key, before, after: this.put(resource) });
    return key;
  }

  /** An object of the same name may have been made since. */
  private forget(resource: KubernetesResource): void {
    const key = keyOf(resource);
    if (this.items.get(key)?.metadata.uid === resource.metadata.uid) this.drop(key);
  }

  private drop(key: string): void {
    const before = this.items.get(key)!;
    this.items.delete(key);
    this.options.onChange({ key, before, after: null });
  }

  private pathWith(query: Readonly<Record<string, string>>): string {
    const all = new URLSearchParams(query);
    if (this.options.labelSelector) all.set('labelSelector', this.options.labelSelector);
    return `${this.options.path}?${all}`;
  }
}

/** Versions of one collection can be compared; an object of the same name may be another one. */
function isNewer({ metadata: a }: KubernetesResource, { metadata: b }: Kept) {
  return a.uid !== b.uid || BigInt(a.resourceVersion) > BigInt(b.resourceVersion);
}
