import type { KubernetesClient } from '../api/kubernetes-client.js';
import type { OperatorMetrics } from '../metrics/operator-metrics.js';
import type { OperatorConfig, OwnCertificateConfig } from '../operator-config.js';
import { CertificateSecret } from './certificates/certificate-secret.js';
import { MountedCertificate } from './certificates/mounted-certificate.js';
import { OwnCertificate } from './certificates/own-certificate.js';
import { TrustedBundle } from './certificates/trusted-bundle.js';
import { handlersFor } from './handlers.js';
import { WebhookServer } from './webhook-server.js';
import { Webhooks } from './webhooks.js';

const RETRY_MS = 2_000;

/** The webhooks as configured; null where none are served. */
export function createWebhooks(
  client: KubernetesClient,
  metrics: OperatorMetrics,
  config: OperatorConfig,
): Webhooks | null {
  const { webhooks, host, intervals } = config;
  if (webhooks === null) return null;
  const { certificate, port } = webhooks;
  const source =
    'folder' in certificate
      ? new MountedCertificate(certificate.folder)
      : ownCertificate(client, certificate, async () => config.lease.namespace ?? client.namespace());
  const server = new WebhookServer(handlersFor(config), metrics);
  return new Webhooks(server, source, { port, host, interval: intervals.certificate, retry: RETRY_MS });
}

function ownCertificate(
  client: KubernetesClient,
  { name, hosts }: OwnCertificateConfig,
  namespace: () => Promise<string>,
): OwnCertificate {
  const secret = new CertificateSecret(client, namespace, name);
  return new OwnCertificate(secret, new TrustedBundle(client, name), hosts, () => new Date());
}
