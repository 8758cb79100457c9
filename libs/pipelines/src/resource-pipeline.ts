import { containerContent } from './container-template.js';
import { InvalidPipelineError } from './errors.js';
import { byName, kubernetesName } from './names.js';
import type { Pipeline, PipelineParameter, PipelineStep } from './pipeline.js';
import { inputsIn, placeholder } from './placeholders.js';
import { attributeOutputs, resourceContent } from './resource-template.js';
import { Scope } from './scope.js';
import type { Argument, Inputs, Task, Template, Workflow } from './workflow.js';

/** Of the compiler whose form this is; Kubeflow shows it beside the pipeline. */
const KFP_VERSION = '1.8.22';
const KUBEFLOW = 'pipelines.kubeflow.org';
const STEP_LABELS = {
  [`${KUBEFLOW}/kfp_sdk_version`]: KFP_VERSION,
  [`${KUBEFLOW}/pipeline-sdk-type`]: 'kfp',
  [`${KUBEFLOW}/enable_caching`]: 'true',
};

/**
 * The Workflow that kfp 1.8 compiles the same steps to. Throws `InvalidPipelineError`. `compiledAt` goes into an
 * annotation.
 */
export function resourcePipeline(pipeline: Pipeline, compiledAt: Date): Workflow {
  const { parameters = [], steps } = pipeline;
  const name = kubernetesName(pipeline.name);
  if (name === '')
    throw new InvalidPipelineError('name', 'a name with a letter or digit', shown(pipeline.name));
  if (steps.length === 0) throw new InvalidPipelineError('steps', 'at least one step', 'none');
  const scope = new Scope(parameters);
  const written = steps.map((step, index) => writeStep(step, `steps[${index}]`, scope));
  const entrypoint = uniqueName(name, scope);
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Workflow',
    metadata: { generateName: `${entrypoint}-`, ...descriptionOf(pipeline, compiledAt) },
    spec: {
      entrypoint,
      templates: [...written.map(({ template }) => template), dagTemplate(entrypoint, written)].sort(byName),
      arguments: { parameters: parameters.map(({ name, default: value }) => ({ name, value })) },
      serviceAccountName: 'pipeline-runner',
    },
  };
}

function descriptionOf({ name, description, parameters = [] }: Pipeline, compiledAt: Date) {
  const inputs = parameters.length === 0 ? undefined : parameters.map(inputSpec);
  return {
    annotations: {
      [`${KUBEFLOW}/kfp_sdk_version`]: KFP_VERSION,
      [`${KUBEFLOW}/pipeline_compilation_time`]: compiledAt.toISOString(),
      [`${KUBEFLOW}/pipeline_spec`]: JSON.stringify({ description, inputs, name }),
    },
    labels: { [`${KUBEFLOW}/kfp_sdk_version`]: KFP_VERSION },
  };
}

function inputSpec({ name, type = 'String', default: value }: PipelineParameter) {
  return { default: value, name, optional: value === undefined ? undefined : true, type };
}

interface WrittenStep {
  readonly template: Template;
  readonly task: Task;
  /** The pipeline's parameters that it uses. */
  readonly parameters: readonly string[];
}

function writeStep(step: PipelineStep, field: string, scope: Scope): WrittenStep {
  const { name: _, after = [], ...texts } = step;
  const used = inputsIn(texts).map((name) => ({ name, source: scope.sourceOf(name, field) }));
  const before = after.map((other) => scope.stepNamed(other, field));
  const sources = used.flatMap(({ source }) => source ?? []);
  const name = scope.add(step.name, outputsOf(step), field);
  return {
    template: {
      name,
      ...('manifest' in step ? resourceContent(step, field) : containerContent(step)),
      inputs: inputs(used.map(({ name }) => name)),
      metadata: { labels: STEP_LABELS },
    },
    task: {
      ...{ name, template: name },
      dependencies: nonEmpty([...new Set([...sources, ...before])].sort()),
      arguments: used.length === 0 ? undefined : { parameters: used.map(argumentOf) },
    },
    parameters: used.filter(({ source }) => source === null).map(({ name }) => name),
  };
}

function outputsOf(step: PipelineStep): string[] {
  return Object.keys('manifest' in step ? attributeOutputs(step) : (step.fileOutputs ?? {}));
}

function argumentOf({ name, source }: { readonly name: string; readonly source: string | null }): Argument {
  const value = source === null ? placeholder(name) : `{{tasks.${source}.outputs.parameters.${name}}}`;
  return { name, value };
}

function dagTemplate(name: string, steps: readonly WrittenStep[]): Template {
  return {
    name,
    inputs: inputs([...new Set(steps.flatMap(({ parameters }) => parameters))].sort()),
    dag: { tasks: steps.map(({ task }) => task).sort(byName) },
  };
}

/** A step may have the pipeline's name, which then gets a number. */
function uniqueName(name: string, scope: Scope): string {
  let unique = name;
  for (let i = 2; scope.has(unique); i++) unique = `${name}-${i}`;
  return unique;
}

function inputs(names: readonly string[]): Inputs | undefined {
  return names.length === 0 ? undefined : { parameters: names.map((name) => ({ name })) };
}

function nonEmpty<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length === 0 ? undefined : list;
}

function shown(name: string): string {
  return JSON.stringify(name);
}
