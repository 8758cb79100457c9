import { ApiError, isMissing } from '../../api/errors.js';
import { collectionPath, objectPath } from '../../api/kinds.js';
import type { KubernetesClient } from '../../api/kubernetes-client.js';
import type { KubernetesResource } from '../../api/kubernetes-resource.js';
import { FIELD_MANAGER } from '../../reconcile/names.js';
import type { CertificateSet, UncheckedSet } from './certificate-set.js';

const SECRETS = { apiVersion: 'v1', plural: 'secrets' };
const CONFLICT = 409;
const LABELS = { 'app.kubernetes.io/managed-by': FIELD_MANAGER };

interface Secret extends KubernetesResource {
  readonly data?: Readonly<Record<string, string>>;
}

/** A set as it was read, and what a write has to name. */
interface Read {
  readonly set: UncheckedSet;
  /** Null where there is no Secret yet. */
  readonly version: string | null;
}

/** The Secret in which all replicas of the operator keep their one set of certificates. */
export class CertificateSecret {
  constructor(
    private readonly client: KubernetesClient,
    /** Where it is: `models`. */
    private readonly namespace: () => Promise<string>,
    private readonly name: string,
  ) {}

  /**
   * What is there after `renew` had its say. Of several replicas that renew at once one writes, and the others take
   * what it wrote. Throws `ApiError`.
   */
  async keep(renew: (before: UncheckedSet) => Promise<CertificateSet>): Promise<CertificateSet> {
    for (;;) {
      const { set: before, version } = await this.read();
      const set = await renew(before);
      if (version !== null && isSame(before, set)) return set;
      if (await this.write(version, set)) return set;
    }
  }

  private async read(): Promise<Read> {
    try {
      const { data, metadata } = await this.client.call<Secret>({ method: 'GET', path: await this.path() });
      return { set: setOf(data ?? {}), version: metadata.resourceVersion };
    } catch (error) {
      if (isMissing(error)) return { set: setOf({}), version: null };
      throw error;
    }
  }

  /** False where somebody else wrote since it was read. */
  private async write(version: string | null, set: CertificateSet): Promise<boolean> {
    try {
      await (version === null ? this.create(set) : this.change(version, set));
      return true;
    } catch (error) {
      const isGone = version !== null && isMissing(error);
      if (isGone || (error instanceof ApiError && error.status === CONFLICT)) return false;
      throw error;
    }
  }

  private async create(set: CertificateSet): Promise<void> {
    const namespace = await this.namespace();
    const metadata = { name: this.name, namespace, labels: LABELS };
    const type = 'kubernetes.io/tls';
    const body = { apiVersion: 'v1', kind: 'Secret', metadata, type, data: dataOf(set) };
    await this.client.call({ method: 'POST', path: collectionPath(SECRETS, namespace), body });
  }

  private async change(resourceVersion: string, set: CertificateSet): Promise<void> {
    const body = { metadata: { resourceVersion, labels: LABELS }, data: dataOf(set) };
    const contentType = 'application/merge-patch+json';
    await this.client.call({ method: 'PATCH', path: await this.path(), body, contentType });
  }

  private async path(): Promise<string> {
    return objectPath(SECRETS, await this.namespace(), this.name);
  }
}

const text = (encoded?: string) => (encoded ? Buffer.from(encoded, 'base64').toString() : undefined);
const encoded = (plain: string) => Buffer.from(plain).toString('base64');

function setOf(data: Readonly<Record<string, string>>): UncheckedSet {
  return {
    serving: { cert: text(data['tls.crt']), key: text(data['tls.key']) },
    authorityKey: text(data['ca.key']),
    bundle: text(data['ca.crt']),
  };
}

function dataOf({ serving, authority, bundle }: CertificateSet): Record<string, string> {
  return {
    'tls.crt': encoded(serving.cert),
    'tls.key': encoded(serving.key),
    'ca.crt': encoded(bundle),
    'ca.key': encoded(authority.key),
  };
}

function isSame(before: UncheckedSet, after: CertificateSet): boolean {
  return before.serving.cert === after.serving.cert && before.bundle === after.bundle;
}
