import { InvalidDeploymentError, readYaml } from '#graph';
import {
  InvalidPipelineError,
  type PipelineParameter,
  parsePipeline,
  type ResourceAction,
  resourcePipeline,
  UnresolvedPlaceholdersError,
  workflowYaml,
} from '#pipelines';
import { UsageError } from '../failure.js';
import { NoPipelineError } from './errors.js';
import { type FilledManifest, fillParameters } from './fill-parameters.js';
import { setField } from './set-field.js';

/** What the flags say; absent ones are undefined. */
export interface CompileOptions {
  /** Default: the deployment's. */
  readonly name?: string;
  readonly description?: string;
  readonly step: string;
  readonly action: ResourceAction;
  readonly successCondition?: string;
  readonly failureCondition?: string;
  readonly mergeStrategy?: string;
  readonly attributeOutput?: ReadonlyMap<string, string>;
  readonly param: readonly PipelineParameter[];
  /** Path to value. */
  readonly field: ReadonlyMap<string, string>;
}

export interface CompiledPipeline {
  readonly yaml: string;
  /** Of the Workflow. */
  readonly name: string;
  /** Of the deployment. */
  readonly deployment: string;
}

/**
 * A pipeline of one step, which creates, applies or deletes the deployment of a file. Throws `NoPipelineError` and
 * `UsageError`.
 */
export function compileDeployment(
  file: string,
  text: string,
  options: CompileOptions,
  compiledAt: Date,
): CompiledPipeline {
  const source = onlyDeployment(file, text);
  for (const [path, value] of options.field) setField(source, path, value);
  const filled = fillParameters(source);
  checkParameters(file, filled, options.param);
  const deployment = String((source as SomeDeployment).metadata?.name ?? '');
  const workflow = compile(filled, deployment, options, compiledAt);
  const yaml = workflowYaml(workflow);
  if (options.action !== 'delete') checkWithDefaults(file, yaml, options.param);
  return { yaml, name: workflow.spec.entrypoint, deployment };
}

interface SomeDeployment {
  readonly kind?: unknown;
  readonly metadata?: { readonly name?: unknown } | null;
}

function onlyDeployment(file: string, text: string): object {
  try {
    const documents = readYaml(text);
    const [first] = documents;
    if (documents.length !== 1) {
      throw new NoPipelineError(file, [`expected one document, got ${documents.length}`]);
    }
    const { kind } = first!.value as SomeDeployment;
    if (kind !== 'SeldonDeployment') {
      throw new NoPipelineError(file, [`kind: expected SeldonDeployment, got ${kind ?? 'nothing'}`]);
    }
    // A copy in which no part stands twice, as YAML's aliases make it.
    return JSON.parse(JSON.stringify(first!.value));
  } catch (error) {
    throw error instanceof InvalidDeploymentError ? new NoPipelineError(file, error.lines) : error;
  }
}

function checkParameters(file: string, { parameters }: FilledManifest, param: readonly PipelineParameter[]) {
  const declared = param.map(({ name }) => name);
  const unknown = [...parameters].filter((name) => !declared.includes(name));
  if (unknown.length > 0) {
    throw new NoPipelineError(
      file,
      unknown.map(
        (name) => `{{${name}}} stands in it and is no parameter: --param ${name}, or ${name}=DEFAULT`,
      ),
    );
  }
  const unused = declared.find((name) => !parameters.has(name));
  if (unused === undefined) return;
  throw new UsageError(
    `--param ${unused} is used nowhere: write {{${unused}}} into ${file}, or --field 'PATH={{${unused}}}'`,
  );
}

function compile(
  { manifest }: FilledManifest,
  deployment: string,
  { name = deployment, description, step, param: parameters, attributeOutput, ...options }: CompileOptions,
  compiledAt: Date,
) {
  const { action, successCondition, failureCondition, mergeStrategy } = options;
  const attributeOutputs = attributeOutput && Object.fromEntries(attributeOutput);
  const resource = { action, successCondition, failureCondition, mergeStrategy, attributeOutputs };
  const steps = [{ name: step, manifest, ...resource }];
  try {
    return resourcePipeline({ name, description, parameters, steps }, compiledAt);
  } catch (error) {
    if (!(error instanceof InvalidPipelineError)) throw error;
    throw new UsageError(`${flagOf(error.field)} must be ${error.expected}, got ${error.got}`);
  }
}

const FLAGS: Readonly<Record<string, string>> = {
  name: '--name',
  'steps[0].name': '--step',
  'steps[0].mergeStrategy': '--merge-strategy',
  'steps[0].successCondition': '--success-condition',
  'steps[0].failureCondition': '--failure-condition',
  'steps[0].attributeOutputs': '--attribute-output',
};

function flagOf(field: string): string {
  return FLAGS[field] ?? (field.startsWith('parameters[') ? '--param' : field);
}

/** As the cluster would see it in a run that gives no values; without defaults for all, it cannot be seen. */
function checkWithDefaults(file: string, yaml: string, parameters: readonly PipelineParameter[]): void {
  if (parameters.some((parameter) => parameter.default === undefined)) return;
  try {
    parsePipeline(yaml, new Map());
  } catch (error) {
    if (error instanceof UnresolvedPlaceholdersError) return;
    throw error instanceof InvalidDeploymentError ? new NoPipelineError(file, error.lines) : error;
  }
}
