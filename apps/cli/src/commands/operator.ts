import type { Command } from 'commander';
import { Option } from 'commander';
import { anyHostOption, gather, integer } from '../options.js';
import { runRole } from '../roles/run-role.js';

interface OperatorOptions {
  readonly namespace?: readonly string[];
  readonly class?: string;
  readonly engineImage?: string;
  readonly set?: readonly string[];
  readonly leaseNamespace?: string;
  readonly webhooks?: string;
  readonly webhookHost?: readonly string[];
  readonly webhookCertificates?: string;
  readonly webhookPort: number;
  readonly port: number;
  readonly host: string;
}

export function addOperator(program: Command): void {
  const command = program
    .command('operator')
    .description(
      'Serve the SeldonDeployments of a Kubernetes cluster: apply what serves them, write their status.',
    )
    .option(
      '-n, --namespace <name>',
      'only this namespace; may be repeated (SWITCHYARD_NAMESPACES: a,b)',
      gather,
    )
    .addOption(
      new Option(
        '--class <name>',
        'only deployments with the label seldon.io/controller-id of this value',
      ).env('SWITCHYARD_CLASS'),
    )
    .addOption(new Option('--engine-image <image>', "Switchyard's image").env('SWITCHYARD_ENGINE_IMAGE'))
    .option('--set <key=value>', 'an option of what is rendered; may be repeated', gather)
    .addOption(
      new Option('--lease-namespace <name>', "where the leader's Lease is (default: the pod's own)").env(
        'SWITCHYARD_LEASE_NAMESPACE',
      ),
    )
    .addOption(
      new Option('-p, --port <number>', 'port of /live, /ready and /metrics, 0 takes a free one')
        .env('SWITCHYARD_OPERATOR_PORT')
        .argParser(integer(0, 65_535))
        .default(8081),
    )
    .addOption(anyHostOption());
  addWebhooks(command);
  command.addHelpText('after', HELP).action(operator);
}

function addWebhooks(command: Command): void {
  command
    .addOption(
      new Option('--webhooks <name>', 'serve admission webhooks, with a certificate of its own').env(
        'SWITCHYARD_WEBHOOKS',
      ),
    )
    .option(
      '--webhook-host <name>',
      'a name or address that the certificate is for; may be repeated (SWITCHYARD_WEBHOOK_HOSTS: a,b)',
      gather,
    )
    .addOption(
      new Option(
        '--webhook-certificates <folder>',
        'serve admission webhooks, with tls.crt and tls.key of this folder, also when they change',
      )
        .env('SWITCHYARD_WEBHOOK_CERTIFICATES')
        .conflicts('webhooks'),
    )
    .addOption(
      new Option('--webhook-port <number>', 'port of the webhooks, 0 takes a free one')
        .env('SWITCHYARD_WEBHOOK_PORT')
        .argParser(integer(0, 65_535))
        .default(9443),
    );
}

const HELP = `
Webhooks:
  --webhooks NAME has the operator issue their certificate and renew it: a Secret NAME in its namespace holds it, and the
  ValidatingWebhookConfiguration and MutatingWebhookConfiguration NAME are told of its authority. With
  --webhook-certificates somebody else does both. The paths are /validate and /default.

Variables:
  DATABASE_URL, REDIS_URL           Postgres and Redis, migrated; without them nothing is recorded
  SWITCHYARD_ROUTER_DATABASE_URL    what engines get instead, with fewer rights; also SWITCHYARD_ROUTER_REDIS_URL
  SWITCHYARD_RECEIPT_KEY            signs receipts: at least 32 hexadecimal digits (default: one for each namespace)
  KUBECONFIG                        a cluster's access (default: the pod's own, or ~/.kube/config)
  POD_NAME                          names this process in the Lease (default: the host's name)
  SWITCHYARD_OPERATOR_WORKERS       deployments that are worked on at a time (default: 4)
  SWITCHYARD_OPERATOR_GRAPH_SECONDS seconds in which engines that cannot be asked get a new graph (default: 90)

Without --class it serves the deployments that have no label seldon.io/controller-id. Seldon's operator leaves those
that have one alone, so that both can run in a cluster. The options of --set are in docs/kubernetes.md.

Example:
  $ switchyard operator --namespace models --class switchyard --engine-image registry.example/switchyard:1`;

async function operator({ namespace, set = [], engineImage, ...options }: OperatorOptions): Promise<void> {
  const { loadOperatorConfig, startOperator } = await import('#operator');
  const { renderSettings } = await import('../kubernetes/render-settings.js');
  const image = engineImage === undefined ? [] : [`engine.image=${engineImage}`];
  const render = renderSettings([...image, ...set]);
  await runRole(async () => {
    const config = loadOperatorConfig(
      {
        ...process.env,
        SWITCHYARD_NAMESPACES: namespace?.join(',') ?? process.env.SWITCHYARD_NAMESPACES,
        SWITCHYARD_CLASS: options.class,
        SWITCHYARD_LEASE_NAMESPACE: options.leaseNamespace,
        SWITCHYARD_OPERATOR_PORT: String(options.port),
        SWITCHYARD_HOST: options.host,
        SWITCHYARD_WEBHOOKS: options.webhooks,
        SWITCHYARD_WEBHOOK_HOSTS: options.webhookHost?.join(',') ?? process.env.SWITCHYARD_WEBHOOK_HOSTS,
        SWITCHYARD_WEBHOOK_CERTIFICATES: options.webhookCertificates,
        SWITCHYARD_WEBHOOK_PORT: String(options.webhookPort),
      },
      render,
    );
    const { url, webhooksUrl, close } = await startOperator(config);
    const webhooks = webhooksUrl === null ? '' : ` and webhooks on ${webhooksUrl}`;
    return { line: `operator serves health and metrics on ${url}${webhooks}`, close };
  });
}
