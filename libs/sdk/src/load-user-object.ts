import { stat } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { createJiti } from 'jiti';
import { messageOf, UnusableClassError } from './errors.js';
import * as sdk from './public/index.js';

/** By this name a class imports what this library has for it, wherever its file is. */
const MODULES = { 'switchyard/sdk': sdk };

type UserClass = new (parameters: Record<string, unknown>) => sdk.Component;

/** Where a class is and what it is constructed with. */
export interface UserClassSource {
  readonly file: string;
  /** Besides the file's own name, what the class may be called. */
  readonly names: readonly string[];
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** Constructs the class of `file` with the parameters and waits for its `load()`. Throws `UnusableClassError`. */
export async function loadUserObject({ file, names, parameters }: UserClassSource): Promise<sdk.Component> {
  const userClass = pick(file, names, await importFile(file));
  const object = await attempt(`${file}: the constructor threw`, () => new userClass({ ...parameters }));
  await attempt(`${file}: load() threw`, () => object.load?.());
  return object;
}

async function attempt<T>(failure: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new UnusableClassError(`${failure}: ${lineOf(error)}`, { cause: error });
  }
}

async function importFile(file: string): Promise<Record<string, unknown>> {
  try {
    await stat(file);
    return await createJiti(file, { virtualModules: MODULES }).import<Record<string, unknown>>(file);
  } catch (error) {
    throw new UnusableClassError(`cannot load ${file}: ${lineOf(error)}`, { cause: error });
  }
}

/** Messages of the compiler and the loader have several lines. */
function lineOf(error: unknown): string {
  return messageOf(error)
    .trim()
    .replace(/\s*\n\s*/g, ' ');
}

/** The class named like the file (input-transformer.ts: InputTransformer) or as given, else the default export. */
function pick(file: string, given: readonly string[], exports: Record<string, unknown>): UserClass {
  const names = [
    pascalCase(basename(file, extname(file))),
    ...given.flatMap((name) => [pascalCase(name), name]),
    'default',
  ];
  // What a CommonJS module exports as a whole is its default without being a key.
  const own = [...Object.keys(exports), 'default'];
  const found = names.find((name) => own.includes(name) && typeof exports[name] === 'function');
  if (found !== undefined) return exports[found] as UserClass;
  const expected = [...new Set(names)].join(', ');
  const got = Object.keys(exports).join(', ') || 'none';
  throw new UnusableClassError(`${file}: expected a class exported as one of ${expected}, got ${got}`);
}

function pascalCase(name: string): string {
  return name.replace(/(?:^|[-_.\s]+)(\w)/g, (_, letter: string) => letter.toUpperCase());
}
