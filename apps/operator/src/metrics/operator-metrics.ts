import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { State } from '../status/deployment-status.js';

type Result = 'done' | 'incomplete' | 'failed';

/** What the operator counts of itself. */
export class OperatorMetrics {
  readonly registry = new Registry();
  readonly apiCalls = new Counter({
    name: 'switchyard_operator_api_calls_total',
    help: "Calls of Kubernetes' API; code 0 where no answer came",
    labelNames: ['method', 'code'] as const,
    registers: [this.registry],
  });
  private readonly durations = new Histogram({
    name: 'switchyard_operator_reconcile_seconds',
    help: 'Time of one look at one deployment',
    labelNames: ['result'] as const,
    buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10],
    registers: [this.registry],
  });
  private readonly admissions = new Counter({
    name: 'switchyard_operator_admissions_total',
    help: 'Answers of the webhooks: whether a deployment was allowed',
    labelNames: ['webhook', 'allowed'] as const,
    registers: [this.registry],
  });
  private readonly queue = new Gauge({
    name: 'switchyard_operator_queue_length',
    help: 'Deployments that wait for their turn',
    registers: [this.registry],
  });
  private readonly deployments = new Gauge({
    name: 'switchyard_operator_deployments',
    help: 'Deployments by their state',
    labelNames: ['state'] as const,
    registers: [this.registry],
  });
  private readonly leader = new Gauge({
    name: 'switchyard_operator_leader',
    help: '1 where this process leads',
    registers: [this.registry],
  });
  private readonly states = new Map<string, State>();

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  /** Call the result when the reconciliation has ended. */
  reconciling(): (result: Result) => void {
    const stop = this.durations.startTimer();
    return (result) => void stop({ result });
  }

  admitted(webhook: string, allowed: boolean): void {
    this.admissions.inc({ webhook, allowed: String(allowed) });
  }

  queued(length: number): void {
    this.queue.set(length);
  }

  leads(isLeader: boolean): void {
    this.leader.set(isLeader ? 1 : 0);
  }

  /** Undefined for a deployment that is gone. */
  state(key: string, state: State | undefined): void {
    const before = this.states.get(key);
    if (before === state) return;
    if (before) this.deployments.dec({ state: before });
    if (state) this.deployments.inc({ state });
    if (state) this.states.set(key, state);
    else this.states.delete(key);
  }

  /** Another process leads from now on. */
  clear(): void {
    this.states.clear();
    this.deployments.reset();
    this.queue.set(0);
  }
}
