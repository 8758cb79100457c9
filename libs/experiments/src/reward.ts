import type { Decision } from './decision.js';

/** One observed outcome of one decision. Unique by decision, metric and key. */
export interface Reward {
  readonly decision: Decision;
  readonly metric: string;
  readonly value: number;
  /** Idempotency key; callers that give none get the value's text, so that a repeated call changes nothing. */
  readonly key: string;
}

export type RewardOutcome = 'recorded' | 'repeated';
