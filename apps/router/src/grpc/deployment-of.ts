import type { IncomingHttpHeaders } from 'node:http';
import type { ServedDeployment } from '../deployments/served-deployment.js';
import { UnknownDeploymentError } from './errors.js';

/**
 * The one deployment that fits the metadata `seldon` (its name) and `namespace`, as far as they are given. Throws
 * `UnknownDeploymentError`.
 */
export function deploymentOf(
  all: readonly ServedDeployment[],
  { seldon, namespace }: IncomingHttpHeaders & { readonly seldon?: string; readonly namespace?: string },
): ServedDeployment {
  const fitting = all.filter(
    (deployment) => fits(deployment.name, seldon) && fits(deployment.namespace, namespace),
  );
  if (fitting.length === 1) return fitting[0]!;
  const known = all.map((deployment) => `${deployment.namespace}/${deployment.name}`);
  throw new UnknownDeploymentError(seldon, namespace, known);
}

function fits(value: string, wanted: string | undefined): boolean {
  return wanted === undefined || wanted === value;
}
