import Table from 'cli-table3';
import type { ArmTotals, ExperimentVerification, Verification } from '#experiments';

/** The verdict for people. */
export function verificationTable(verification: Verification): string {
  const { equal, decisions, rewards, experiments } = verification;
  const table = new Table({
    head: ['experiment', 'decisions', 'rewards', 'not yet counted', 'evidence'],
    colAligns: ['left', 'right', 'right', 'right', 'left'],
    style: { head: [], border: [] },
  });
  for (const experiment of experiments) {
    const { name, decisions, rewards, pending } = experiment;
    table.push([name, decisions, rewards, pending, experiment.equal ? 'equal' : 'DIFFERS']);
  }
  const sums = `${decisions} decisions and ${rewards} rewards`;
  return [
    table.toString(),
    ...experiments.flatMap(differenceLines),
    equal
      ? `Equal: the evidence is what ${sums} of the ledger give.`
      : `Not equal: the stored evidence is not what ${sums} of the ledger give.`,
  ].join('\n');
}

function differenceLines({ name, differences }: ExperimentVerification): string[] {
  return differences.map(
    ({ arm, stored, rebuilt }) =>
      `${name} ${arm}: stored ${shown(stored)}, the ledger gives ${shown(rebuilt)}`,
  );
}

function shown(totals: ArmTotals | null): string {
  if (!totals) return 'nothing';
  const { decisions, pulls, reward, squaredReward } = totals;
  return `${decisions} decisions, ${pulls} pulls, reward ${reward}, squared ${squaredReward}`;
}
