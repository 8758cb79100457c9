import { type Deployment, InvalidDeploymentError, parseDeployments, readYaml } from '#graph';
import { type UnresolvedPlaceholder, UnresolvedPlaceholdersError } from './errors.js';
import { expressionsIn, substitute } from './placeholders.js';
import { type ResourceCall, resourceCalls } from './resource-templates.js';
import { unreadable } from './unreadable.js';
import { nameOf, reasonFor, Values } from './values.js';
import { type ReadWorkflow, workflowSchema } from './workflow-schema.js';

const DEPLOYMENT = 'SeldonDeployment';

/** Whether a YAML file holds an Argo Workflow. Throws `InvalidDeploymentError` where it is no YAML. */
export function isPipeline(yaml: string): boolean {
  return readYaml(yaml).some(({ value }) => kindOf(value) === 'Workflow');
}

/** The deployments that a pipeline makes. */
export interface PipelineDeployments {
  readonly deployments: readonly Deployment[];
  /** For which values may be given: the Workflow's arguments, and the placeholders of the deployments. */
  readonly parameters: ReadonlySet<string>;
}

/**
 * The deployments that an Argo Workflow makes (actions create, apply, replace), with placeholders filled from `given`
 * (`train-uri`, `workflow.uid`) or else from the Workflow's own arguments. Objects of other kinds are passed over.
 * Throws `InvalidDeploymentError`, and `UnresolvedPlaceholdersError` with every placeholder left.
 */
export function parsePipeline(yaml: string, given: ReadonlyMap<string, string>): PipelineDeployments {
  const workflow = readWorkflow(yaml);
  const values = new Values(workflow, given);
  const manifests = resourceCalls(workflow, values).map((call) => fill(call, values));
  const ours = manifests.filter(({ text }) => makesDeployment(text));
  const unresolved = ours.flatMap((manifest) => manifest.unresolved);
  if (unresolved.length > 0) throw new UnresolvedPlaceholdersError(unresolved);
  if (ours.length === 0) throw unreadable('', `expected a step that makes a ${DEPLOYMENT}, got none`);
  return {
    deployments: ours.flatMap(deploymentsOf),
    parameters: new Set([
      ...(workflow.spec.arguments?.parameters ?? []).map(({ name }) => name),
      ...ours.flatMap(({ names }) => names),
    ]),
  };
}

function readWorkflow(yaml: string): ReadWorkflow {
  const documents = readYaml(yaml);
  if (documents.length !== 1) throw unreadable('', `expected one document, got ${documents.length}`);
  const parsed = workflowSchema.safeParse(documents[0]!.value);
  if (parsed.success) return parsed.data;
  throw new InvalidDeploymentError(
    parsed.error.issues.map(({ path, message }) => ({ path: path.map(String).join('.'), message })),
  );
}

interface Manifest {
  readonly template: string;
  /** With the values in it. */
  readonly text: string;
  /** Of its placeholders. */
  readonly names: readonly string[];
  readonly unresolved: readonly UnresolvedPlaceholder[];
}

function fill({ template, manifest, inputs }: ResourceCall, values: Values): Manifest {
  const unresolved: UnresolvedPlaceholder[] = [];
  const text = values.fill(manifest, inputs, (expression, offset) => {
    const place = { template, ...lineAt(manifest, offset) };
    unresolved.push({ name: nameOf(expression), ...place, reason: reasonFor(expression, inputs) });
  });
  return { template, text, names: expressionsIn(manifest).map(nameOf), unresolved };
}

function lineAt(text: string, offset: number): { readonly line: number; readonly text: string } {
  const line = text.slice(0, offset).split('\n').length;
  return { line, text: text.split('\n')[line - 1]!.trim() };
}

/** What is left of placeholders may stand where no text may stand, and is not to be reported for other objects. */
function makesDeployment(manifest: string): boolean {
  try {
    const documents = readYaml(substitute(manifest, () => 'unresolved'));
    return documents.some(({ value }) => kindOf(value) === DEPLOYMENT);
  } catch (error) {
    if (!(error instanceof InvalidDeploymentError)) throw error;
    return manifest.includes(DEPLOYMENT);
  }
}

function deploymentsOf({ template, text }: Manifest): Deployment[] {
  try {
    return parseDeployments(text);
  } catch (error) {
    if (!(error instanceof InvalidDeploymentError)) throw error;
    const where = `template ${template}`;
    throw new InvalidDeploymentError(
      error.problems.map(({ path, message }) => ({ path: path ? `${where}, ${path}` : where, message })),
    );
  }
}

function kindOf(value: unknown): unknown {
  return (value as { readonly kind?: unknown } | null)?.kind;
}
