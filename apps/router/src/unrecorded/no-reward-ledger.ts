import { type Decision, LedgerUnavailableError, RewardLedger, type RewardOutcome } from '#experiments';

/** Takes no reward: one that was acknowledged would be lost. */
export class NoRewardLedger extends RewardLedger {
  override async add(): Promise<RewardOutcome> {
    throw new LedgerUnavailableError('DATABASE_URL and REDIS_URL are not set, so that nothing is recorded');
  }

  override async decisions(): Promise<Decision[]> {
    return [];
  }
}
