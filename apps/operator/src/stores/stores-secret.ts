import { createHash, randomBytes } from 'node:crypto';
import { isMissing } from '../api/errors.js';
import { objectPath } from '../api/kinds.js';
import type { KubernetesClient } from '../api/kubernetes-client.js';
import type { KubernetesResource } from '../api/kubernetes-resource.js';
import { FIELD_MANAGER } from '../reconcile/names.js';

const SECRETS = { apiVersion: 'v1', plural: 'secrets' };
const MANAGED_BY = 'app.kubernetes.io/managed-by';
const RECEIPT_KEY = 'SWITCHYARD_RECEIPT_KEY';
const KEY_BYTES = 32;
/** How long a Secret that was deleted by hand can be missing. */
const CHECK_MS = 5 * 60_000;

/** What the engines of every namespace are told. */
export interface EngineStores {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  /** Hexadecimal; without it every namespace has one of its own. */
  readonly receiptKey?: string | undefined;
}

interface Secret extends KubernetesResource {
  readonly data?: Readonly<Record<string, string>>;
}

/**
 * Keeps the Secret with the stores' URLs in every namespace that has a deployment. One that somebody else made is left
 * as it is.
 */
export class StoresSecret {
  private readonly known = new Map<string, { readonly digest: Promise<string>; readonly until: number }>();

  constructor(
    private readonly client: KubernetesClient,
    private readonly name: string,
    /** Null: no Secret is made. */
    private readonly stores: EngineStores | null,
  ) {}

  /** A digest of what the Secret says, once it is there; null without stores. Throws `ApiError`. */
  async ensure(namespace: string): Promise<string | null> {
    if (this.stores === null) return null;
    const known = this.known.get(namespace);
    if (known && performance.now() < known.until) return known.digest;
    const digest = this.make(namespace, this.stores);
    this.known.set(namespace, { digest, until: performance.now() + CHECK_MS });
    digest.catch(() => this.known.delete(namespace));
    return digest;
  }

  /** The namespace has no deployment any more. Throws `ApiError`. */
  async remove(namespace: string): Promise<void> {
    this.known.delete(namespace);
    if (this.stores === null) return;
    const secret = await this.read(namespace);
    if (secret === null || !isOwn(secret)) return;
    await this.client.call({ method: 'DELETE', path: this.path(namespace), body: {} });
  }

  private async make(namespace: string, stores: EngineStores): Promise<string> {
    const before = await this.read(namespace);
    if (before !== null && !isOwn(before)) return digestOf(before.data ?? {});
    const kept = before?.data?.[RECEIPT_KEY];
    const receiptKey =
      stores.receiptKey ??
      (kept ? Buffer.from(kept, 'base64').toString() : randomBytes(KEY_BYTES).toString('hex'));
    const values = {
      DATABASE_URL: stores.databaseUrl,
      REDIS_URL: stores.redisUrl,
      [RECEIPT_KEY]: receiptKey,
    };
    const data = Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, Buffer.from(value).toString('base64')]),
    );
    const metadata = { name: this.name, namespace, labels: { [MANAGED_BY]: FIELD_MANAGER } };
    await this.client.call({
      method: 'PATCH',
      path: `${this.path(namespace)}?fieldManager=${FIELD_MANAGER}&force=true`,
      body: { apiVersion: 'v1', kind: 'Secret', metadata, type: 'Opaque', data },
      contentType: 'application/apply-patch+yaml',
    });
    return digestOf(data);
  }

  private async read(namespace: string): Promise<Secret | null> {
    try {
      return await this.client.call<Secret>({ method: 'GET', path: this.path(namespace) });
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }

  private path(namespace: string): string {
    return objectPath(SECRETS, namespace, this.name);
  }
}

function isOwn({ metadata: { labels } }: Secret): boolean {
  return labels?.[MANAGED_BY] === FIELD_MANAGER;
}

/** Holds the receipt key, which nobody can guess: the URLs' passwords cannot be found out from it. */
function digestOf(data: Readonly<Record<string, string>>): string {
  const sorted = Object.entries(data).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex').slice(0, 16);
}
