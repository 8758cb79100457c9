import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A file of this folder, found from the package's root because the compiled code in dist/ has no .sql beside it. */
export function readSql(name: string): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    if (folder === dirname(folder)) throw new Error(`no package.json above ${import.meta.url}`);
    folder = dirname(folder);
  }
  return readFileSync(join(folder, 'migrations', name), 'utf8');
}
