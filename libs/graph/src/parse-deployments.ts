import { checkSpec } from './check-spec.js';
import { completeDeployment } from './complete-deployment.js';
import type { Deployment } from './deployment.js';
import { type DeploymentProblem, InvalidDeploymentError } from './errors.js';
import { problemsOf, type Report, shown } from './problems.js';
import { readYaml, type YamlDocument } from './read-yaml.js';
import { describeIssue, problemOf } from './schema-problems.js';
import { seldonDeployment } from './seldon-deployment.js';

const KIND = 'SeldonDeployment';

/**
 * The deployments of a YAML file of one or more documents. Documents of another kind are passed over; one that names
 * no kind is an error, since it may be a deployment with a mistake. Throws `InvalidDeploymentError` with every problem
 * of the shape of the file, or else with every problem of its meaning.
 */
export function parseDeployments(yaml: string): Deployment[] {
  const deployments: Deployment[] = [];
  const problems = problemsOf((report) => {
    const documents = readYaml(yaml).filter((document) => isDeployment(document, report));
    if (documents.length === 0) report('', `expected a document of kind ${KIND}, got none`);
    for (const document of documents) {
      const deployment = parseDocument(document, report);
      if (deployment !== null) deployments.push(deployment);
    }
  });
  problems.push(...duplicates(deployments));
  if (problems.length > 0) throw new InvalidDeploymentError(problems);
  return deployments;
}

function isDeployment({ value, prefix }: YamlDocument, report: Report): boolean {
  const kind = (value as { readonly kind?: unknown }).kind;
  if (kind === KIND) return true;
  if (typeof kind !== 'string') report(`${prefix}kind`, `expected ${KIND}, got ${shown(kind)}`);
  return false;
}

function parseDocument({ value, prefix }: YamlDocument, report: Report): Deployment | null {
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
  return completeDeployment(parsed.data, prefix, report);
}

function duplicates(deployments: readonly Deployment[]): DeploymentProblem[] {
  const names = deployments.map(({ namespace, name }) => `${namespace}/${name}`);
  return names
    .filter((name, index) => names.indexOf(name) !== index)
    .map((name) => ({ path: 'metadata.name', message: `duplicate deployment ${name}` }));
}
