import { unreadable } from './unreadable.js';
import { type Inputs, type Values, valuesOf } from './values.js';
import type { ReadTask, ReadTemplate, ReadWorkflow } from './workflow-schema.js';

/** A step that makes an object, with what its template is called with. */
export interface ResourceCall {
  readonly template: string;
  readonly manifest: string;
  readonly inputs: Inputs;
}

const MAKING: readonly string[] = ['create', 'apply', 'replace'];
/** Templates that call others make a few lines as large as one likes. */
const MAX_CALLS = 10_000;
const MAX_DEPTH = 100;
const TOO_DEEP = `nested more than ${MAX_DEPTH} levels deep`;

/** In the order of the file, from the entrypoint on. A template that calls itself is followed once. */
export function resourceCalls({ spec }: ReadWorkflow, values: Values): ResourceCall[] {
  const templates = new Map(spec.templates.map((template) => [template.name, template]));
  const found: ResourceCall[] = [];
  let calls = 0;

  function call(template: ReadTemplate, given: Inputs, path: readonly ReadTemplate[]): void {
    calls += 1;
    if (calls > MAX_CALLS) throw unreadable('spec.templates', `expected at most ${MAX_CALLS} steps`);
    if (path.length > MAX_DEPTH) throw unreadable('spec.templates', TOO_DEEP);
    const inputs = new Map([...valuesOf(template.inputs), ...given]);
    found.push(...resourceOf(template, inputs));
    for (const task of tasksOf(template)) {
      const next = templates.get(task.template ?? '');
      if (next === undefined || next === template || path.includes(next)) continue;
      call(next, argumentsOf(task, inputs, values), [...path, template]);
    }
  }

  const entrypoint = templates.get(spec.entrypoint);
  if (entrypoint === undefined) {
    throw unreadable('spec.entrypoint', `expected the name of a template, got ${spec.entrypoint}`);
  }
  call(entrypoint, values.arguments, []);
  return found;
}

function resourceOf({ name, resource }: ReadTemplate, inputs: Inputs): ResourceCall[] {
  const { action = '', manifest = null } = resource ?? {};
  return manifest !== null && MAKING.includes(action) ? [{ template: name, manifest, inputs }] : [];
}

function tasksOf({ dag, steps }: ReadTemplate): ReadTask[] {
  return [...(dag?.tasks ?? []), ...(steps ?? []).flat()];
}

function argumentsOf(task: ReadTask, inputs: Inputs, values: Values): Inputs {
  return new Map([...valuesOf(task.arguments)].map(([name, text]) => [name, values.fill(text, inputs)]));
}
