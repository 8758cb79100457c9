import { checkSpec } from './check-spec.js';
import { completeDeployment } from './complete-deployment.js';
import type { Deployment } from './deployment.js';
import { type DeploymentProblem, InvalidDeploymentError } from './errors.js';
import { checkNesting } from './nesting.js';
import { problemsOf, type Report, shown } from './problems.js';
import { readYaml, type YamlDocument } from './read-yaml.js';
import { describeIssue, problemOf } from './schema-problems.js';
import { type SeldonDeployment, seldonDeployment } from './seldon-deployment.js';

const KIND = 'SeldonDeployment';

/** A manifest, with the deployment that it means. */
export interface Manifest {
  /** As it was written: Kubernetes' own parts whole, all else without the fields that Switchyard does not know. */
  readonly written: SeldonDeployment;
  readonly deployment: Deployment;
}

/** The deployments of a YAML file; otherwise as `parseManifests`. */
export function parseDeployments(yaml: string): Deployment[] {
  return parseManifests(yaml).map(({ deployment }) => deployment);
}

/** The manifest that an object of Kubernetes' API is. Throws `InvalidDeploymentError`. */
export function parseManifest(value: unknown): Manifest {
  checkNesting(value, '');
  let manifest: Manifest | null = null;
  const problems = problemsOf((report) => {
    manifest = parseDocument({ value, prefix: '' }, report);
  });
  if (manifest === null || problems.length > 0) throw new InvalidDeploymentError(problems);
  return manifest;
}

/**
 * The manifests of a YAML file of one or more documents. Documents of another kind are passed over; one that names
 * no kind is an error, since it may be a deployment with a mistake. Throws `InvalidDeploymentError` with every problem
 * of the shape of the file, or else with every problem of its meaning.
 */
export function parseManifests(yaml: string): Manifest[] {
  const manifests: Manifest[] = [];
  const problems = problemsOf((report) => {
    const documents = readYaml(yaml).filter((document) => isDeployment(document, report));
    if (documents.length === 0) report('', `expected a document of kind ${KIND}, got none`);
    for (const document of documents) {
      const manifest = parseDocument(document, report);
      if (manifest !== null) manifests.push(manifest);
    }
  });
  problems.push(...duplicates(manifests.map(({ deployment }) => deployment)));
  if (problems.length > 0) throw new InvalidDeploymentError(problems);
  return manifests;
}

function isDeployment({ value, prefix }: YamlDocument, report: Report): boolean {
  const kind = (value as { readonly kind?: unknown }).kind;
  if (kind === KIND) return true;
  if (typeof kind !== 'string') report(`${prefix}kind`, `expected ${KIND}, got ${shown(kind)}`);
  return false;
}

function parseDocument({ value, prefix }: YamlDocument, report: Report): Manifest | null {
  const parsed = seldonDeployment.safeParse(value, {
    reportInput: true,
    error: (issue) => describeIssue(issue),
  });
  if (!parsed.success) {
    for (const issue of parsed.error.issues) {
      const { path, message } = problemOf(issue, prefix, value);
      report(path, message);
    }
    return null;
  }
  checkSpec(parsed.data.spec, `${prefix}spec`, report);
  return { written: parsed.data, deployment: completeDeployment(parsed.data, prefix, report) };
}

function duplicates(deployments: readonly Deployment[]): DeploymentProblem[] {
  const names = deployments.map(({ namespace, name }) => `${namespace}/${name}`);
  return names
    .filter((name, index) => names.indexOf(name) !== index)
    .map((name) => ({ path: 'metadata.name', message: `duplicate deployment ${name}` }));
}
