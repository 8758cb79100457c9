import { shownMean } from './arm-table.js';
import type { ArmReading, Reading } from './gauges.js';
import type { SumCheck } from './sums.js';
import type { Tally } from './traffic.js';

/** In plain words: what the bandit has learnt, and what an even split would have cost. */
export function lessons(before: Reading, after: Reading, tally: Tally): string[] {
  const known = after.arms.filter(({ pulls }) => pulls > 0);
  const best = known.toSorted((a, b) => meanOf(b) - meanOf(a))[0];
  if (!best) return ['No reward has been counted yet: there is nothing to learn from.'];
  const earlier = before.arms.reduce((sum, { pulls }) => sum + pulls, 0);
  return [
    ...known.map((arm) => {
      const { mean, interval } = shownMean(arm);
      return `${arm.arm} was right ${mean} of the time (95 % interval ${interval}, ${arm.pulls} rewards).`;
    }),
    `${best.arm} does best, and now gets ${percent(best.probability)} of the traffic.`,
    ...(earlier > 0
      ? [`This includes ${earlier} ${earlier === 1 ? 'reward' : 'rewards'} from before this run.`]
      : []),
    ...costOfSplitting(known, after, tally),
  ];
}

/** Only where every arm has been tried: what was never seen cannot be costed. */
function costOfSplitting(known: readonly ArmReading[], after: Reading, tally: Tally): string[] {
  if (known.length < after.arms.length || tally.rewarded === 0) return [];
  const evenly = (tally.rewarded * known.reduce((sum, arm) => sum + meanOf(arm), 0)) / known.length;
  const more = Math.round(tally.value - evenly);
  const verdict = more >= 0 ? `${more} more` : `${-more} fewer`;
  return [
    `An even split would have been right about ${Math.round(evenly)} times out of ${tally.rewarded}; ` +
      `this run was right ${tally.value} times: ${verdict}.`,
  ];
}

/** Whether the ledger holds what was sent, and where it does not, by how much. */
export function sumLines(checks: readonly SumCheck[]): string[] {
  const differing = checks.filter(({ equal }) => !equal);
  if (differing.length === 0) {
    const sums = checks.map(({ what, inLedger }) => `${what} ${inLedger}`).join(', ');
    return [`The ledger holds what was sent: ${sums}.`];
  }
  return differing.map(
    ({ what, inLedger, acknowledged, sent }) =>
      `${what} differ: the ledger gained ${inLedger}, expected ${range(acknowledged, sent)}.`,
  );
}

function meanOf({ pulls, reward }: ArmReading): number {
  return pulls === 0 ? 0 : reward / pulls;
}

function range(low: number, high: number): string {
  return low === high ? `${low}` : `${low} (acknowledged) to ${high} (sent)`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
