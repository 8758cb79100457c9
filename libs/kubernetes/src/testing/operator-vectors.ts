import { existsSync, readFileSync } from 'node:fs';
import type { KubernetesObject } from '../kubernetes-object.js';

/** A manifest, and what Seldon's operator made of it. */
export interface OperatorCase {
  readonly name: string;
  readonly manifests: readonly Manifest[];
  /** Null where the API server refused the manifest. */
  readonly namespace: string | null;
  readonly objects: readonly KubernetesObject[];
  /** One for each manifest. */
  readonly status: readonly OperatorStatus[];
}

interface OperatorStatus {
  readonly address?: { readonly url: string };
  readonly serviceStatus?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

type Manifest = Readonly<Record<string, unknown>> & {
  readonly metadata: Readonly<Record<string, unknown>>;
};

const FILE =
  process.env.SELDON_OPERATOR_VECTORS ?? '../shared/vectors/kubernetes/seldon-operator-1.17.1.json';

/** Why the recorded cases cannot be compared with; null where they can. */
export const missingVectors = existsSync(FILE)
  ? null
  : `there is no file ${FILE}: SELDON_OPERATOR_VECTORS names one of that form`;

export function operatorCases(): OperatorCase[] {
  if (missingVectors !== null) return [];
  return (JSON.parse(readFileSync(FILE, 'utf8')) as { cases: OperatorCase[] }).cases;
}
