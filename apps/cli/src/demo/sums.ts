import type { Reading } from './gauges.js';
import type { Tally } from './traffic.js';

/** One sum of the ledger beside what was sent; with failed requests the truth lies between two numbers. */
export interface SumCheck {
  readonly what: string;
  readonly inLedger: number;
  readonly acknowledged: number;
  /** Sent, though perhaps never answered. */
  readonly sent: number;
  readonly equal: boolean;
}

/** Compares what the evidence gained between two readings with what was sent. */
export function checkSums(before: Reading, after: Reading, tally: Tally): SumCheck[] {
  const gained = (key: 'decisions' | 'pulls' | 'reward') => total(after, key) - total(before, key);
  return [
    check('decisions', gained('decisions'), tally.predicted, tally.asked),
    check('rewards', gained('pulls'), tally.rewarded, tally.rewardsSent),
    check('sum of rewards', gained('reward'), tally.value, tally.valueSent),
  ];
}

function check(what: string, inLedger: number, acknowledged: number, sent: number): SumCheck {
  return { what, inLedger, acknowledged, sent, equal: inLedger >= acknowledged && inLedger <= sent };
}

function total(reading: Reading, key: 'decisions' | 'pulls' | 'reward'): number {
  return reading.arms.reduce((sum, arm) => sum + arm[key], 0);
}
