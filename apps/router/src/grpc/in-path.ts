import { InvalidFieldError } from '#protocol';
import { isName } from '../data-plane/path-pattern.js';

/** A name as it stands in a path. Throws `InvalidFieldError` for what could not stand there. */
export function inPath(text: string, field: string): string {
  const name = Buffer.from(text).toString() === text ? encodeURIComponent(text) : '';
  if (isName(name)) return name;
  throw new InvalidFieldError(field, 'at most 200 characters without a slash', text);
}
