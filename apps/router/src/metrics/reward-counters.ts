import { Injectable } from '@nestjs/common';
import { Counter, Registry } from 'prom-client';
import type { RewardOutcome } from '#experiments';

@Injectable()
export class RewardCounters {
  private readonly rewards: Counter<'experiment' | 'outcome'>;
  private readonly refusals: Counter<'reason'>;

  constructor(registry: Registry) {
    const registers = [registry];
    this.rewards = new Counter({
      name: 'switchyard_rewards_total',
      help: 'Rewards that are in the ledger: recorded now, or repeated',
      labelNames: ['experiment', 'outcome'],
      registers,
    });
    this.refusals = new Counter({
      name: 'switchyard_rewards_refused_total',
      help: 'Feedback that was not recorded, by reason',
      labelNames: ['reason'],
      registers,
    });
  }

  recorded(experiment: string, outcome: RewardOutcome): void {
    this.rewards.inc({ experiment, outcome });
  }

  refused(reason: string): void {
    this.refusals.inc({ reason });
  }
}
