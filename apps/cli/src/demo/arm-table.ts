import Table from 'cli-table3';
import { meanInterval } from '#bandits';
import type { ArmReading, Reading } from './gauges.js';

/** Per arm: decisions, rewards, mean with its interval, current probability. */
export function armTable({ arms }: Reading): string {
  const table = new Table({
    head: ['arm', 'decisions', 'rewards', 'mean reward', '95 % interval', 'probability now'],
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [] },
  });
  for (const arm of arms) {
    const { mean, interval } = shownMean(arm);
    table.push([arm.arm, arm.decisions, arm.pulls, mean, interval, arm.probability.toFixed(4)]);
  }
  return table.toString();
}

/** One arm on one line, for output that cannot be refreshed. */
export function armLine(arm: ArmReading): string {
  const { mean } = shownMean(arm);
  return `${arm.arm}: ${arm.decisions} decisions, ${arm.pulls} rewards, mean ${mean}, probability ${arm.probability.toFixed(4)}`;
}

export function shownMean(arm: ArmReading): { readonly mean: string; readonly interval: string } {
  const estimate = meanInterval(arm);
  if (!estimate) return { mean: '-', interval: '-' };
  const { mean, low, high } = estimate;
  return { mean: mean.toFixed(3), interval: `${low.toFixed(3)} to ${high.toFixed(3)}` };
}
