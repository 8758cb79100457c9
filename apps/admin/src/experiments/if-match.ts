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

/** The tags that an If-Match value names (RFC 9110, section 13.1.1). Throws when it is missing or malformed. */
export function acceptedRevisions(header: string | undefined): 'any' | readonly string[] {
  const text = header?.trim();
  if (text === undefined || text === '') throw new IfMatchRequiredError();
  if (text === '*') return 'any';
  if (!LIST.test(text)) throw new MalformedIfMatchError(text);
  return text.match(new RegExp(TAG, 'g')) ?? [];
}

/** Throws unless `tags` have the current revision's. A weak tag never is: the comparison is the strong one. */
export function checkRevision(tags: readonly string[], experiment: string, current: number): void {
  if (!tags.includes(etagOf(current)))
    throw new PreconditionFailedError(experiment, tags.join(', '), current);
}
