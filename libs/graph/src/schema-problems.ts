import type { z } from 'zod';
import type { DeploymentProblem } from './errors.js';
import { ofParameter, shown } from './problems.js';

type RawIssue = z.core.$ZodRawIssue;

export const SHAPES = {
  nodeName: 'a name of at most 63 letters, digits, "-", "_" and ".", with a letter or digit at both ends',
  predictorName: 'a name of at most 63 letters, digits, "-" and "_", with a letter or digit at both ends',
  dnsLabel: 'a DNS label: at most 63 lower-case letters, digits and "-", with a letter or digit at both ends',
} as const;

const TYPES: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  int: 'an integer',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
};

/** `expected a string, got null` */
export function describeIssue(issue: RawIssue, expected: string = expectedBy(issue)): string {
  return `expected ${expected}, got ${shown(issue.input)}`;
}

const EXPECTED: Readonly<Record<string, (issue: RawIssue) => string>> = {
  invalid_type: ({ expected }) => TYPES[expected as string] ?? String(expected),
  invalid_value: ({ values }) => `one of ${(values as unknown[]).join(', ')}`,
  too_big: ({ maximum }) => `at most ${maximum}`,
  too_small: ({ minimum }) => `at least ${minimum}`,
};

function expectedBy(issue: RawIssue): string {
  return EXPECTED[issue.code]?.(issue) ?? 'another value';
}

/** Puts Seldon's own text before ours. */
export function titled(text: string): { error: (issue: RawIssue) => string } {
  return { error: (issue) => (isEmptyList(issue) ? text : `${text}: ${describeIssue(issue)}`) };
}

function isEmptyList(issue: RawIssue): boolean {
  return issue.code === 'too_small' && Array.isArray(issue.input);
}

export function problemOf(issue: z.core.$ZodIssue, prefix: string, root: unknown): DeploymentProblem {
  const where = parameterAt(root, issue.path);
  return {
    path: `${prefix}${fieldPath(issue.path)}`,
    message: where === '' ? issue.message : `${issue.message} ${where}`,
  };
}

function fieldPath(path: readonly PropertyKey[]): string {
  return path.map((key, index) => segment(key, index === 0)).join('');
}

function segment(key: PropertyKey, first: boolean): string {
  if (typeof key === 'number') return `[${key}]`;
  const name = String(key);
  if (!/^\w+$/.test(name)) return `[${JSON.stringify(name)}]`;
  return first ? name : `.${name}`;
}

/** Words for the parameter that `path` leads into; empty where it leads into none. */
function parameterAt(root: unknown, path: readonly PropertyKey[]): string {
  const at = path.lastIndexOf('parameters');
  if (at < 0 || path.length < at + 2) return '';
  const node = follow(root, path.slice(0, at));
  return ofParameter(nameOf(node), nameOf(follow(node, path.slice(at, at + 2))));
}

function follow(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce((value, key) => (value as Record<PropertyKey, unknown>)[key], root);
}

function nameOf(value: unknown): unknown {
  return (value as { readonly name?: unknown } | null)?.name;
}
