import type { Deployment } from '#graph';
import type { MigrationReport } from '#kubernetes';

type Findings = MigrationReport['unsupported'];

/** A report for people: a line for each finding. */
export function reportText({ namespace, name }: Deployment, report: MigrationReport): string {
  const { address, unsupported, different, kept, added } = report;
  const lines = [
    `${namespace}/${name}: ${verdict(unsupported)}`,
    `  predictions in the cluster: ${address}`,
    ...section('not supported', unsupported.map(line)),
    ...section('different on purpose', different.map(line)),
    ...section("under the names that Seldon's operator gives", kept),
    ...section("what Seldon's operator does not make", added),
  ];
  return `${lines.join('\n')}\n`;
}

function verdict(unsupported: Findings): string {
  const { length } = unsupported;
  if (length === 0) return 'everything in it is supported';
  return `${length} ${length === 1 ? 'thing' : 'things'} in it ${length === 1 ? 'is' : 'are'} not supported`;
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`  ${title}:`, ...lines.map((text) => `  - ${text}`)];
}

function line({ path, message }: Findings[number]): string {
  return `${path}: ${message}`;
}
