import { parse } from 'yaml';
import { InvalidOptionError, type RenderOptions, readRenderOptions } from '#kubernetes';
import { UsageError } from '../failure.js';

type Tree = { [key: string]: unknown };

const KEY = /^[A-Za-z]\w*(\.[A-Za-z]\w*)*$/;

/** The options that `--set engine.image=a --set networkPolicy=true` mean; a value is read as YAML. */
export function renderSettings(assignments: readonly string[]): RenderOptions {
  const tree: Tree = {};
  for (const assignment of assignments) assign(tree, assignment);
  try {
    return readRenderOptions(tree);
  } catch (error) {
    if (error instanceof InvalidOptionError) throw new UsageError(`--set ${error.message}`);
    throw error;
  }
}

function assign(tree: Tree, assignment: string): void {
  const [, key, text] = /^([^=]*)=(.*)$/s.exec(assignment) ?? [];
  if (key === undefined || !KEY.test(key)) {
    throw new UsageError(
      `--set takes key=value, such as engine.image=registry/switchyard:1, got ${assignment}`,
    );
  }
  const path = key.split('.');
  const last = path.pop()!;
  const parent = path.reduce((place, name) => inner(place, name, key), tree);
  parent[last] = readValue(text!, key);
}

function inner(place: Tree, name: string, key: string): Tree {
  place[name] ??= {};
  const next = place[name];
  if (typeof next === 'object' && next !== null) return next as Tree;
  throw new UsageError(`--set ${key}: ${name} has a value of its own already`);
}

function readValue(text: string, key: string): unknown {
  try {
    return text === '' ? '' : parse(text);
  } catch {
    throw new UsageError(`--set ${key}: expected YAML, got ${text}`);
  }
}
