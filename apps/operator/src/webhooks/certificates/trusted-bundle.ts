import { isMissing } from '../../api/errors.js';
import type { KubernetesClient } from '../../api/kubernetes-client.js';
import type { KubernetesResource } from '../../api/kubernetes-resource.js';
import { FIELD_MANAGER } from '../../reconcile/names.js';

const API = 'admissionregistration.k8s.io/v1';
const KINDS = ['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration'];

interface Configuration extends KubernetesResource {
  readonly webhooks?: readonly {
    readonly name: string;
    readonly clientConfig: { readonly caBundle?: string };
  }[];
}

/** The authorities that the API server trusts when it calls the webhooks: one field of their configurations. */
export class TrustedBundle {
  constructor(
    private readonly client: KubernetesClient,
    /** Of the configurations. */
    private readonly name: string,
  ) {}

  /** Writes where it is not so already; a configuration that does not exist is passed over. Throws `ApiError`. */
  async put(bundle: string): Promise<void> {
    const caBundle = Buffer.from(bundle).toString('base64');
    for (const kind of KINDS) await this.putInto(kind, caBundle);
  }

  private async putInto(kind: string, caBundle: string): Promise<void> {
    const path = `/apis/${API}/${kind.toLowerCase()}s/${this.name}`;
    try {
      const { metadata, webhooks = [] } = await this.client.call<Configuration>({ method: 'GET', path });
      if (webhooks.every(({ clientConfig }) => clientConfig.caBundle === caBundle)) return;
      await this.client.call({
        method: 'PATCH',
        path: `${path}?fieldManager=${FIELD_MANAGER}&force=true`,
        body: {
          apiVersion: API,
          kind,
          // Of another uid it would be refused, and not made where it has just been deleted.
          metadata: { name: this.name, uid: metadata.uid },
          webhooks: webhooks.map(({ name }) => ({ name, clientConfig: { caBundle } })),
        },
        contentType: 'application/apply-patch+yaml',
      });
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }
}
