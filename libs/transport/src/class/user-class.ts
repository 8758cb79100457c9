import { stat } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { createJiti } from 'jiti';
import type { GraphNode } from '#graph';
import { messageOf, UnusableComponentError } from '../errors.js';

/** A user's class, with the arguments of Seldon's Python wrapper. Every method may be absent or asynchronous. */
export interface UserObject {
  load?(): unknown;
  predict?(values: unknown, names: readonly string[], meta: object): unknown;
  transformInput?(values: unknown, names: readonly string[], meta: object): unknown;
  transformOutput?(values: unknown, names: readonly string[], meta: object): unknown;
  route?(values: unknown, names: readonly string[], meta: object): unknown;
  aggregate?(values: readonly unknown[], names: readonly (readonly string[])[]): unknown;
  sendFeedback?(
    features: unknown,
    names: readonly string[],
    reward: number | undefined,
    truth: unknown,
    routing: number | null,
  ): unknown;
  classNames?: unknown;
  featureNames?: unknown;
  tags?(): unknown;
}

type UserClass = new (parameters: Record<string, unknown>) => UserObject;

/** Constructs the class of `file` with the node's parameters and waits for its `load()`. */
export async function loadUserObject(node: GraphNode, file: string): Promise<UserObject> {
  const userClass = pick(node, file, await importFile(node, file));
  const parameters = Object.fromEntries(node.parameters.map(({ name, value }) => [name, value]));
  try {
    const object = new userClass(parameters);
    await object.load?.();
    return object;
  } catch (error) {
    throw new UnusableComponentError(
      node.name,
      `starting ${userClass.name} of ${file}: ${messageOf(error)}`,
      {
        cause: error,
      },
    );
  }
}

async function importFile(node: GraphNode, file: string): Promise<Record<string, unknown>> {
  try {
    await stat(file);
    return await createJiti(file).import<Record<string, unknown>>(file);
  } catch (error) {
    throw new UnusableComponentError(node.name, `cannot load ${file}: ${messageOf(error)}`, { cause: error });
  }
}

/** The class named like the file or the node (input-transformer.ts: InputTransformer), else the default export. */
function pick(node: GraphNode, file: string, exports: Record<string, unknown>): UserClass {
  const names = [pascalCase(basename(file, extname(file))), pascalCase(node.name), node.name, 'default'];
  const found = names.find(
    (name) => Object.keys(exports).includes(name) && typeof exports[name] === 'function',
  );
  if (found !== undefined) return exports[found] as UserClass;
  const expected = [...new Set(names)].join(', ');
  const got = Object.keys(exports).join(', ') || 'none';
  throw new UnusableComponentError(
    node.name,
    `${file}: expected a class exported as one of ${expected}, got ${got}`,
  );
}

function pascalCase(name: string): string {
  return name.replace(/(?:^|[-_.\s]+)(\w)/g, (_, letter: string) => letter.toUpperCase());
}
