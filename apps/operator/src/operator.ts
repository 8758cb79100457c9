import { KubernetesClient } from './api/kubernetes-client.js';
import { LeaderElection } from './leader/leader-election.js';
import { OperatorMetrics } from './metrics/operator-metrics.js';
import type { OperatorConfig } from './operator-config.js';
import { Controller } from './reconcile/controller.js';
import type { Webhooks } from './webhooks/webhooks.js';

/** Reconciles while it leads, and waits for its turn otherwise; webhooks are answered all the time. */
export class Operator {
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private controller: Controller | null = null;
  private url: string | null = null;

  constructor(
    private readonly client: KubernetesClient,
    private readonly metrics: OperatorMetrics,
    /** Null: none are served. */
    private readonly webhooks: Webhooks | null,
    private readonly config: OperatorConfig,
  ) {}

  /** Throws `ApiError` or `InvalidClusterAccessError` where the API server cannot be asked. */
  async start(): Promise<void> {
    const { lease, class: name } = this.config;
    const election = new LeaderElection(this.client, {
      namespace: lease.namespace ?? (await this.client.namespace()),
      name: name === '' ? 'switchyard-operator' : `switchyard-operator-${name.toLowerCase()}`,
      identity: lease.identity,
      times: lease.times,
    });
    await this.client.call({ method: 'GET', path: '/version' });
    this.url = (await this.webhooks?.start()) ?? null;
    this.running = election.run((signal) => this.lead(signal), this.stopping.signal);
  }

  /** Where webhooks are served; null where they are not. */
  get webhooksUrl(): string | null {
    return this.url;
  }

  /** Null where it can do its work, or stand by; otherwise why not. */
  notReady(): string | null {
    const problem = this.webhooks?.notReady() ?? null;
    if (problem !== null) return problem;
    return this.controller === null || this.controller.isSynced ? null : 'the cluster is being read';
  }

  /** Resolves when what is under way has ended, and another may lead. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
    await this.webhooks?.stop();
  }

  private async lead(signal: AbortSignal): Promise<void> {
    this.controller = new Controller(this.client, this.config, this.metrics);
    this.metrics.leads(true);
    try {
      await this.controller.run(signal);
    } finally {
      this.controller = null;
      this.metrics.leads(false);
    }
  }
}
