import { InvalidPipelineError } from './errors.js';
import { kubernetesName, outputName } from './names.js';
import type { PipelineParameter } from './pipeline.js';

const PARAMETER = /^[-_0-9A-Za-z]+$/;

/** What the steps written so far, and the pipeline's parameters, offer to the next step. */
export class Scope {
  /** Parameter to the step that gives it; null: the pipeline itself. */
  private readonly sources = new Map<string, string | null>();
  private readonly steps = new Set<string>();

  constructor(parameters: readonly PipelineParameter[]) {
    for (const [index, { name }] of parameters.entries()) {
      const field = `parameters[${index}].name`;
      if (!PARAMETER.test(name)) {
        throw new InvalidPipelineError(field, 'of letters, digits, "-" and "_"', JSON.stringify(name));
      }
      this.offer(name, null, field);
    }
  }

  /** Adds a step and its outputs; gives its name in the Workflow. */
  add(name: string, outputs: readonly string[], field: string): string {
    const step = kubernetesName(name);
    if (step === '' || this.steps.has(step)) {
      const expected = step === '' ? 'a name with a letter or digit' : 'different from those of other steps';
      throw new InvalidPipelineError(`${field}.name`, expected, JSON.stringify(name));
    }
    this.steps.add(step);
    for (const output of outputs) this.offer(outputName(name, output), step, field);
    return step;
  }

  /** The step that gives a parameter, or null for the pipeline itself. */
  sourceOf(parameter: string, field: string): string | null {
    const source = this.sources.get(parameter);
    if (source !== undefined) return source;
    const known = [...this.sources.keys()].join(', ') || 'none';
    throw new InvalidPipelineError(
      `{{inputs.parameters.${parameter}}} in ${field}`,
      `a parameter or an output of an earlier step (${known})`,
      parameter,
    );
  }

  /** The name in the Workflow of a step that was added. */
  stepNamed(name: string, field: string): string {
    const step = kubernetesName(name);
    if (this.steps.has(step)) return step;
    const known = [...this.steps].join(', ') || 'none';
    throw new InvalidPipelineError(`${field}.after`, `earlier steps (${known})`, JSON.stringify(name));
  }

  has(step: string): boolean {
    return this.steps.has(step);
  }

  private offer(parameter: string, source: string | null, field: string): void {
    if (this.sources.has(parameter)) {
      throw new InvalidPipelineError(field, 'free of names given twice', parameter);
    }
    this.sources.set(parameter, source);
  }
}
