import { existsSync, statSync } from 'node:fs';
import { basename, dirname, extname, join, relative, resolve } from 'node:path';
import { ClassNotFoundError } from './errors.js';

const EXTENSIONS = ['.ts', '.js', '.mjs', '.mts', '.cjs'];

/** Where a class is, and what it is called. */
export interface FoundClass {
  readonly file: string;
  readonly classNames: readonly string[];
}

/**
 * `Model` is the class Model of ./Model.ts or ./model.ts, `InputTransformer` also of ./input-transformer.ts;
 * `models.penguins.Model` is looked for in ./models/penguins/ and then in ./models/penguins.ts. The path of a file is
 * taken as it is.
 */
export function findClass(name: string, folder: string): FoundClass {
  const path = resolve(folder, name);
  if (isFile(path)) return { file: path, classNames: [basename(name, extname(name))] };
  const candidates = placesOf(name).flatMap(withExtensions);
  const found = candidates.map((place) => resolve(folder, place)).find(isFile);
  if (found === undefined) throw new ClassNotFoundError(name, candidates.map(shown(folder)));
  return { file: found, classNames: [basename(dotted(name))] };
}

function placesOf(name: string): string[] {
  const path = dotted(name);
  const folder = dirname(path);
  const own = [...new Set([path, join(folder, kebabCase(basename(path)))])];
  return folder === '.' ? own : [...own, folder];
}

/** Only names of modules have dots; paths keep theirs. */
function dotted(name: string): string {
  return name.includes('/') ? name : name.replaceAll('.', '/');
}

function withExtensions(place: string): string[] {
  return EXTENSIONS.map((extension) => place + extension);
}

function kebabCase(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase();
}

function shown(folder: string): (place: string) => string {
  return (place) => `./${relative(folder, resolve(folder, place))}`;
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}
