import { Injectable } from '@nestjs/common';
import {
  checkReward,
  type Decision,
  InvalidRewardError,
  type Metric,
  type Reward,
  RewardLedger,
  type RewardOutcome,
} from '#experiments';
import { InvalidFeedbackError } from '#protocol';
import { RewardCounters } from '../metrics/reward-counters.js';
import { Snapshots } from '../snapshots/snapshots.js';
import { kindOf } from './plain-reward.js';

export interface RewardWish {
  readonly value: unknown;
  /** Undefined means every metric that the decisions' experiments have. */
  readonly metric?: string | undefined;
  readonly key?: string | undefined;
}

export interface Recorded {
  readonly outcome: RewardOutcome;
  /** Names of the experiments that the reward was for. */
  readonly experiments: readonly string[];
}

interface Target {
  readonly decision: Decision;
  readonly experiment: string;
  readonly metric: Metric;
}

/** Gives one reward to every decision of one request: to all of them, or to none when one cannot take it. */
@Injectable()
export class RewardRecorder {
  constructor(
    private readonly ledger: RewardLedger,
    private readonly snapshots: Snapshots,
    private readonly counters: RewardCounters,
  ) {}

  /** Resolves once all of it is committed. */
  async record(decisions: readonly Decision[], wish: RewardWish): Promise<Recorded> {
    const targets = this.targets(decisions, wish.metric);
    const rewards = targets.map((target) => rewardOf(target, wish));
    const outcomes = await Promise.all(rewards.map((reward) => this.ledger.add(reward)));
    outcomes.forEach((outcome, index) => {
      this.counters.recorded(targets[index]!.experiment, outcome);
    });
    return {
      outcome: outcomes.includes('recorded') ? 'recorded' : 'repeated',
      experiments: targets.map(({ experiment }) => experiment),
    };
  }

  private targets(decisions: readonly Decision[], metric: string | undefined): Target[] {
    const all = decisions.map((decision) => {
      const { name, config } = this.snapshots.get(decision.experimentId)!.published;
      return { decision, experiment: name, metric: config.metric };
    });
    const wanted = metric === undefined ? all : all.filter((target) => target.metric.name === metric);
    if (wanted.length > 0) return wanted;
    const known = [...new Set(all.map((target) => target.metric.name))].join(' or ');
    throw new InvalidFeedbackError('metric', known, metric);
  }
}

function rewardOf({ decision, metric }: Target, { value, key }: RewardWish): Reward {
  if (typeof value === 'object' && value !== null) {
    throw new InvalidRewardError('value', 'a finite number', String(kindOf(value)));
  }
  const checked = checkReward(value, metric);
  return { decision, metric: metric.name, value: checked, key: key ?? String(checked) };
}
