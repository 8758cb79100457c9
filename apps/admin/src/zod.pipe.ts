import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import { z } from 'zod';
import { InvalidFieldError } from './errors/admin-errors.js';

/** Checks a parameter against the zod schema that its decorator names. */
@Injectable()
export class ZodPipe implements PipeTransform {
  transform(value: unknown, { schema, data }: ArgumentMetadata): unknown {
    if (!(schema instanceof z.ZodType)) return value;
    const result = schema.safeParse(value, { reportInput: true });
    if (result.success) return result.data;
    throw invalidField(result.error.issues[0]!, data ?? '');
  }
}

type Issue = z.core.$ZodIssue;

function invalidField(issue: Issue, parameter: string): InvalidFieldError {
  const deepest = deepestIssue(issue, []);
  const field = [parameter, ...deepest.path].reduce<string>(joined, '') || 'body';
  if (deepest.issue.code === 'unrecognized_keys') {
    const [key] = deepest.issue.keys;
    const path = joined(field === 'body' ? '' : field, key!);
    return new InvalidFieldError(path, 'left out: there is no such field', shown(deepest.issue.input, key!));
  }
  return new InvalidFieldError(field, expected(deepest.issue), text(deepest.issue.input));
}

interface Located {
  readonly issue: Issue;
  readonly path: readonly PropertyKey[];
}

/** Of a union's branches the one that got furthest: it is the one that the caller meant. */
function deepestIssue(issue: Issue, prefix: readonly PropertyKey[]): Located {
  const path = [...prefix, ...issue.path];
  if (issue.code !== 'invalid_union') return { issue, path };
  const branches = issue.errors.flatMap(([first]) => (first ? [deepestIssue(first, path)] : []));
  const deepest = branches.find((branch) => branch.path.length > path.length);
  return deepest ?? { issue, path };
}

function expected(issue: Issue): string {
  if (issue.code === 'invalid_type') return EXPECTED[issue.expected] ?? issue.expected;
  if (issue.code === 'invalid_union') {
    const types = issue.errors.flatMap(([first]) => (first ? [expected(first)] : []));
    return types.join(' or ');
  }
  return issue.message;
}

const EXPECTED: Readonly<Record<string, string>> = {
  number: 'a finite number',
  int: 'a whole number',
  string: 'a string',
  boolean: 'true or false',
  array: 'an array',
  object: 'an object',
  record: 'an object',
};

function joined(path: string, key: PropertyKey): string {
  if (typeof key === 'number') return `${path}[${key}]`;
  return path === '' ? String(key) : `${path}.${String(key)}`;
}

function shown(input: unknown, key: string): string {
  return text((input as Record<string, unknown>)[key]);
}

const LONGEST = 100;

function text(value: unknown): string {
  if (typeof value === 'number') return String(value);
  const json = JSON.stringify(value) ?? 'nothing';
  return json.length > LONGEST ? `${json.slice(0, LONGEST)}...` : json;
}
