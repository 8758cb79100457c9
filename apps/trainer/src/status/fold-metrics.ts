import { Injectable } from '@nestjs/common';
import { Counter, Registry } from 'prom-client';

/** What this trainer has folded since it started. */
@Injectable()
export class FoldMetrics {
  private readonly decisions: Counter;
  private readonly rewards: Counter;
  private readonly failures: Counter;

  constructor(registry: Registry) {
    const counter = (name: string, help: string) => new Counter({ name, help, registers: [registry] });
    this.decisions = counter(
      'switchyard_folded_decisions_total',
      'Decisions that were brought to the ledger',
    );
    this.rewards = counter('switchyard_folded_rewards_total', 'Rewards that were counted');
    this.failures = counter(
      'switchyard_fold_failures_total',
      'Folds that failed; what they held is folded again',
    );
  }

  folded(decisions: number, rewards: number): void {
    this.decisions.inc(decisions);
    this.rewards.inc(rewards);
  }

  failed(): void {
    this.failures.inc();
  }
}
