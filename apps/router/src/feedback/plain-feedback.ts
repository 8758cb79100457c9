import { Injectable } from '@nestjs/common';
import { LedgerUnavailableError } from '#experiments';
import { InvalidFeedbackError, Message } from '#protocol';
import type { Answer } from '../data-plane/answer.js';
import { BodyTooLargeError } from '../data-plane/errors.js';
import { failureOf, isExpected } from '../data-plane/failures.js';
import type { ServedDeployment } from '../deployments/served-deployment.js';
import { RewardCounters } from '../metrics/reward-counters.js';
import { DecisionFinder } from './decision-finder.js';
import { isObject, readPlainReward } from './plain-reward.js';
import { RewardRecorder } from './reward-recorder.js';

const MAX_BYTES = 1024 * 1024;
const MAX_BATCH = 1000;

/** Rewards in Switchyard's own form, one or many. */
@Injectable()
export class PlainFeedback {
  constructor(
    private readonly finder: DecisionFinder,
    private readonly recorder: RewardRecorder,
    private readonly counters: RewardCounters,
  ) {}

  async one(deployment: ServedDeployment, value: unknown, bytes: number): Promise<Answer> {
    checkSize(bytes);
    const result = await this.reward(deployment, value);
    return { status: 200, message: Message.ofValue(result), headers: ['Switchyard-Reward', result.status] };
  }

  /** Each for itself; while the ledger takes none, the whole batch is to be sent again, which is harmless. */
  async many(deployment: ServedDeployment, values: readonly unknown[], bytes: number): Promise<Answer> {
    checkSize(bytes);
    if (values.length === 0 || values.length > MAX_BATCH) {
      throw new InvalidFeedbackError('', `an array of 1 to ${MAX_BATCH} rewards`, values.length);
    }
    const results = await Promise.all(values.map((value) => this.rewardOrReason(deployment, value)));
    const refused = results.some(({ status }) => status === 'refused');
    return { status: refused ? 207 : 200, message: Message.ofValue({ results }), headers: [] };
  }

  private async reward(deployment: ServedDeployment, value: unknown) {
    const { decision: id, receipt, ...wish } = readPlainReward(value);
    const decisions = await this.finder.find(deployment, { id, receipt });
    const { outcome, experiments } = await this.recorder.record(decisions, wish);
    return { decision: decisions[0]!.id, status: outcome, experiments };
  }

  private async rewardOrReason(deployment: ServedDeployment, value: unknown) {
    try {
      return await this.reward(deployment, value);
    } catch (error) {
      if (error instanceof LedgerUnavailableError || !isExpected(error)) throw error;
      const { status: code, info, reason } = failureOf(error);
      this.counters.refused(reason);
      const decision = isObject(value) && typeof value.decision === 'string' ? value.decision : null;
      return { decision, status: 'refused' as const, code, info, reason };
    }
  }
}

function checkSize(bytes: number): void {
  if (bytes > MAX_BYTES) throw new BodyTooLargeError(MAX_BYTES, bytes);
}
