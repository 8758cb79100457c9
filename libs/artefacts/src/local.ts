import { realpath } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { MissingArtefactError, messageOf, PathOutsideError } from './errors.js';

/**
 * The real path (links followed) of a file or folder inside one of `roots`; a relative `path` starts at the first of
 * them. Whatever leads out is refused.
 */
export async function pathInside(shown: string, roots: readonly string[], path: string): Promise<string> {
  const real = await existing(shown, resolve(roots[0] ?? '/', path));
  const realRoots = await Promise.all(roots.map((root) => existing(shown, root)));
  if (realRoots.some((root) => contains(root, real))) return real;
  const expected = `inside ${realRoots.join(' or ') || 'a folder that may be read, of which none is given'}`;
  throw new PathOutsideError(shown, 'path', expected, `${real}, which is outside`);
}

async function existing(shown: string, path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    throw new MissingArtefactError(shown, 'path', 'readable', messageOf(error), { cause: error });
  }
}

export function contains(root: string, path: string): boolean {
  const way = relative(root, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
