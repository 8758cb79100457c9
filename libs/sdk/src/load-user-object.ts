import { stat } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { createJiti } from 'jiti';
import { messageOf, UnusableClassError } from './errors.js';
import type { UserObject } from './user-object.js';

type UserClass = new (parameters: Record<string, unknown>) => UserObject;

/** Where a class is and what it is constructed with. */
export interface UserClassSource {
  readonly file: string;
  /** Besides the file's own name, what the class may be called. */
  readonly names: readonly string[];
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** Constructs the class of `file` with the parameters and waits for its `load()`. */
export async function loadUserObject({ file, names, parameters }: UserClassSource): Promise<UserObject> {
  const userClass = pick(file, names, await importFile(file));
  try {
    const object = new userClass({ ...parameters });
    await object.load?.();
    return object;
  } catch (error) {
    throw new UnusableClassError(`starting ${userClass.name} of ${file}: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

async function importFile(file: string): Promise<Record<string, unknown>> {
  try {
    await stat(file);
    return await createJiti(file).import<Record<string, unknown>>(file);
  } catch (error) {
    throw new UnusableClassError(`cannot load ${file}: ${messageOf(error)}`, { cause: error });
  }
}

/** The class named like the file (input-transformer.ts: InputTransformer) or as given, else the default export. */
function pick(file: string, given: readonly string[], exports: Record<string, unknown>): UserClass {
  const names = [
    pascalCase(basename(file, extname(file))),
    ...given.flatMap((name) => [pascalCase(name), name]),
    'default',
  ];
  const found = names.find(
    (name) => Object.keys(exports).includes(name) && typeof exports[name] === 'function',
  );
  if (found !== undefined) return exports[found] as UserClass;
  const expected = [...new Set(names)].join(', ');
  const got = Object.keys(exports).join(', ') || 'none';
  throw new UnusableClassError(`${file}: expected a class exported as one of ${expected}, got ${got}`);
}

function pascalCase(name: string): string {
  return name.replace(/(?:^|[-_.\s]+)(\w)/g, (_, letter: string) => letter.toUpperCase());
}
