import { substitute } from './placeholders.js';
import { unreadable } from './unreadable.js';
import type { ReadParameters, ReadWorkflow } from './workflow-schema.js';

/** Parameters of a template with what they are called with. A value may still hold placeholders. */
export type Inputs = ReadonlyMap<string, string>;

/** Kubernetes stores no larger object. */
const MAX_LENGTH = 1024 * 1024;
const TOO_LONG = `its values make a text of more than ${MAX_LENGTH} characters`;
const INPUT = 'inputs.parameters.';
const ARGUMENT = 'workflow.parameters.';

type Missing = (expression: string, offset: number) => void;

/** What placeholders stand for outside of a cluster: given values first, then the Workflow's own. */
export class Values {
  readonly arguments: Inputs;
  private readonly globals: ReadonlyMap<string, string>;

  constructor(
    workflow: ReadWorkflow,
    private readonly given: ReadonlyMap<string, string>,
  ) {
    this.arguments = valuesOf(workflow.spec.arguments);
    this.globals = globalsOf(workflow);
  }

  /** A text with all placeholders replaced that have a value; `missing` hears of the others. */
  fill(text: string, inputs: Inputs, missing: Missing = () => {}): string {
    let length = text.length;
    return substitute(text, (expression, offset) => {
      const value = this.valueOf(expression, inputs);
      if (value === null) missing(expression, offset);
      length += value?.length ?? 0;
      if (length > MAX_LENGTH) throw unreadable('', TOO_LONG);
      return value;
    });
  }

  private valueOf(expression: string, inputs: Inputs): string | null {
    const given = this.given.get(nameOf(expression));
    if (given !== undefined) return given;
    const value = this.ownValue(expression, inputs);
    return value === undefined || hasPlaceholder(value) ? null : value;
  }

  private ownValue(expression: string, inputs: Inputs): string | undefined {
    if (expression.startsWith(INPUT)) return inputs.get(nameOf(expression));
    if (expression.startsWith(ARGUMENT)) return this.arguments.get(nameOf(expression));
    return this.globals.get(expression);
  }
}

/** How a person gives a value for a placeholder: parameters by their name alone, all else in full. */
export function nameOf(expression: string): string {
  for (const prefix of [INPUT, ARGUMENT]) {
    if (expression.startsWith(prefix)) return expression.slice(prefix.length);
  }
  return expression;
}

export function valuesOf(parameters: ReadParameters): Inputs {
  const entries = (parameters?.parameters ?? []).flatMap(({ name, value, default: fallback }) => {
    const text = value ?? fallback ?? null;
    return text === null ? [] : [[name, text] as const];
  });
  return new Map(entries);
}

/** Why a placeholder has no value. */
export function reasonFor(expression: string, inputs: Inputs): string {
  const value = expression.startsWith(INPUT) ? inputs.get(nameOf(expression)) : undefined;
  const source = value ?? expression;
  if (source.includes('tasks.') || source.includes('steps.')) return 'an output of another step';
  if (source.includes('parameters.')) return 'a parameter without a default';
  return 'known only on the cluster';
}

function hasPlaceholder(text: string): boolean {
  return text.includes('{{');
}

function globalsOf({ metadata, spec }: ReadWorkflow): ReadonlyMap<string, string> {
  const { name, generateName, namespace } = metadata;
  return new Map([
    ['workflow.name', name ?? generateName?.replace(/-+$/, '') ?? spec.entrypoint],
    ['workflow.namespace', namespace ?? 'default'],
    ['workflow.serviceAccountName', spec.serviceAccountName ?? 'default'],
  ]);
}
