import { once } from 'node:events';
import { connect } from 'node:tls';
import { stringify } from 'yaml';
import { clusterAccess } from '../../apps/operator/src/api/cluster-access.js';
import { KubernetesClient } from '../../apps/operator/src/api/kubernetes-client.js';
import { loadConfig } from '../../apps/operator/src/config.js';
import { OperatorMetrics } from '../../apps/operator/src/metrics/operator-metrics.js';
import { CertificateSecret } from '../../apps/operator/src/webhooks/certificates/certificate-secret.js';
import { OwnCertificate } from '../../apps/operator/src/webhooks/certificates/own-certificate.js';
import { TrustedBundle } from '../../apps/operator/src/webhooks/certificates/trusted-bundle.js';
import { handlersFor } from '../../apps/operator/src/webhooks/handlers.js';
import { WebhookServer } from '../../apps/operator/src/webhooks/webhook-server.js';
import { Webhooks } from '../../apps/operator/src/webhooks/webhooks.js';
import { template } from '../helm.js';
import type { Resource, TestNamespace } from './test-cluster.js';

const KINDS = ['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration'];
const PATHS = ['/validate', '/default'];
const INTERVAL_MS = 100;

/** The chart's two configurations, for this namespace and under its name, with the webhooks at an address. */
export async function configure(space: TestNamespace, url: string, values: readonly string[]): Promise<void> {
  const parts = ['trainer.enabled=false', 'admin.enabled=false', 'webhooks.defaulting=true'];
  const rendered = await template([...parts, `operator.namespaces={${space.name}}`, ...values]);
  const documents = rendered.split(/^---$/m).filter((text) => KINDS.some((kind) => text.includes(kind)));
  for (const [index, text] of documents.entries()) {
    const named = text.replace(/^ {2}name: .*$/m, `  name: ${space.name}`);
    const path = PATHS.find((one) => named.includes(`path: ${one}`))!;
    documents[index] = named.replace(
      /service:\n( {8}.*\n)+/,
      `${stringify({ url: `${url}${path}` }).trim()}\n`,
    );
  }
  const flags = ['--server-side', '--force-conflicts', '-f', '-'];
  await space.kubectl(['apply', ...flags], documents.join('\n---\n'));
}

export async function forget(space: TestNamespace): Promise<void> {
  await space.kubectl(['delete', '--ignore-not-found', KINDS.join(), space.name]);
}

/** What the API server trusts, once for each webhook. */
export async function trusted(space: TestNamespace): Promise<(string | undefined)[]> {
  const configurations = await space.list(KINDS.join());
  return configurations
    .filter(({ metadata }) => metadata.name === space.name)
    .flatMap(({ webhooks }) => webhooks as Resource[])
    .map(({ clientConfig: { caBundle } }) => caBundle && Buffer.from(caBundle, 'base64').toString());
}

/** The serial number of the certificate that is served; where there is a bundle, it must be trusted. */
export async function served(url: string, bundle?: string): Promise<string> {
  const trust = bundle === undefined ? { rejectUnauthorized: false } : { ca: bundle };
  const socket = connect({ host: '127.0.0.1', port: Number(new URL(url).port), ...trust });
  await once(socket, 'secureConnect');
  const { serialNumber } = socket.getPeerCertificate();
  socket.destroy();
  return serialNumber;
}

/** The webhooks of an operator for this namespace, in this process, with a clock of the test. */
export class WebhookReplica {
  private constructor(
    private readonly webhooks: Webhooks,
    private readonly client: KubernetesClient,
    readonly secret: CertificateSecret,
    readonly url: string,
  ) {}

  static async start(space: TestNamespace, now: () => Date): Promise<WebhookReplica> {
    const metrics = new OperatorMetrics();
    const access = () => clusterAccess(space.cluster.kubeconfig, undefined);
    const client = new KubernetesClient(access, metrics.apiCalls);
    const secret = new CertificateSecret(client, async () => space.name, space.name);
    const trust = new TrustedBundle(client, space.name);
    const source = new OwnCertificate(secret, trust, ['127.0.0.1'], now);
    const server = new WebhookServer(handlersFor(loadConfig({})), metrics);
    const options = { port: 0, host: '127.0.0.1', interval: INTERVAL_MS, retry: INTERVAL_MS };
    const webhooks = new Webhooks(server, source, options);
    return new WebhookReplica(webhooks, client, secret, await webhooks.start());
  }

  notReady(): string | null {
    return this.webhooks.notReady();
  }

  async stop(): Promise<void> {
    await this.webhooks.stop();
    this.client.close();
  }
}
