import { InvalidRewardError, isStorable, LONGEST_TEXT, type Reward } from '#experiments';
import { toDecisionRow } from './decision-rows.js';

/** A reward as the statement takes it: everything as text. */
export interface RewardRow {
  readonly experimentId: string;
  readonly decisionId: string;
  /** ISO 8601 */
  readonly decidedAt: string;
  readonly metric: string;
  readonly key: string;
  /** Decimal text of the number, so that no digit is lost or added. */
  readonly value: string;
  readonly decision: string;
}

/** Throws `InvalidRewardError` on what no store can hold, so that one reward never fails those beside it. */
export function toRewardRow({ decision, metric, value, key }: Reward): RewardRow {
  const expected = `1 to ${LONGEST_TEXT} characters of well-formed text without NUL`;
  for (const [field, text] of Object.entries({ decision: decision.id, arm: decision.arm, metric, key })) {
    if (!isStorable(text)) throw new InvalidRewardError(field, expected, JSON.stringify(text));
  }
  if (decision.unit !== null && !isStorable(decision.unit)) {
    throw new InvalidRewardError('unit', expected, JSON.stringify(decision.unit));
  }
  if (!Number.isFinite(value)) throw new InvalidRewardError('value', 'a finite number', String(value));
  return {
    experimentId: decision.experimentId,
    decisionId: decision.id,
    decidedAt: new Date(decision.at).toISOString(),
    metric,
    key,
    value: String(value),
    decision: JSON.stringify(toDecisionRow(decision)),
  };
}

/** What a reward is unique by. */
export function identityOf({
  experimentId,
  decisionId,
  decidedAt,
  metric,
  key,
}: Omit<RewardRow, 'value' | 'decision'>): string {
  return JSON.stringify([experimentId, decisionId, decidedAt, metric, key]);
}
