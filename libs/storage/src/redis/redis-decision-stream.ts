import type { Redis } from 'ioredis';
import { type Decision, DecisionStream, packDecisions } from '#experiments';
import { decisionsKey } from './keys.js';

/** Packed entries that one experiment's stream keeps while nobody folds them, about; the oldest go first. */
const MAX_ENTRIES = 20_000;

export class RedisDecisionStream extends DecisionStream {
  constructor(private readonly redis: Redis) {
    super();
  }

  override async append(experimentId: string, decisions: readonly Decision[]): Promise<void> {
    if (decisions.length === 0) return;
    const packed = packDecisions(decisions);
    await this.redis.xadd(decisionsKey(experimentId), 'MAXLEN', '~', MAX_ENTRIES, '*', 'd', packed);
  }
}
