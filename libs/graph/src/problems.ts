import type { DeploymentProblem } from './errors.js';

/** Takes one problem down and lets the check go on. */
export type Report = (path: string, message: string) => void;

/** Runs a check and gives what it reported. */
export function problemsOf(check: (report: Report) => void): DeploymentProblem[] {
  const problems: DeploymentProblem[] = [];
  check((path, message) => problems.push({ path, message }));
  return problems;
}

/** Runs a check, passes on what it reports and says whether that was nothing. */
export function passes(check: (report: Report) => void, report: Report): boolean {
  const problems = problemsOf(check);
  for (const { path, message } of problems) report(path, message);
  return problems.length === 0;
}

const SHOWN_LENGTH = 100;

/** A value of a YAML file as a message shows it. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'a mapping';
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length <= SHOWN_LENGTH ? text : `${text.slice(0, SHOWN_LENGTH)}...`;
}

/** Where a problem with a parameter is, in words: indexes are hard to count in a long file. */
export function ofParameter(node: unknown, parameter: unknown): string {
  return `(parameter ${shown(parameter)} of node ${shown(node)})`;
}
