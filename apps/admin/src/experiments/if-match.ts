import {
  IfMatchRequiredError,
  MalformedIfMatchError,
  PreconditionFailedError,
} from '../errors/admin-errors.js';

const TAG = String.raw`(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"`;
const LIST = new RegExp(String.raw`^${TAG}(?:\s*,\s*${TAG})*$`);

export function etagOf(revision: number): string {
  return `"${revision}"`;
}

/** Whether `header` accepts any revision. Throws when it is missing or not an If-Match value (RFC 9110, 13.1.1). */
export function acceptsAny(header: string | undefined): boolean {
  const text = header?.trim();
  if (text === undefined || text === '') throw new IfMatchRequiredError();
  if (text === '*') return true;
  if (!LIST.test(text)) throw new MalformedIfMatchError(text);
  return false;
}

/** Throws unless `header` names the current revision. Weak tags never do: the comparison is the strong one. */
export function checkIfMatch(header: string, experiment: string, current: number): void {
  const tags: readonly string[] = header.match(new RegExp(TAG, 'g')) ?? [];
  if (!tags.includes(etagOf(current))) throw new PreconditionFailedError(experiment, header.trim(), current);
}
