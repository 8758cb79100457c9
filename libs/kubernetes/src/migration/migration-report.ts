import type { Manifest } from '#graph';
import { deploymentAddresses } from '../deployment-addresses.js';
import { plansOf } from '../plan.js';
import { render } from '../render.js';
import type { RenderOptions } from '../render-options.js';
import { DIFFERENCES } from './differences.js';
import type { Finding } from './finding.js';
import { UNSUPPORTED } from './unsupported.js';

/** What becomes of a deployment that Seldon's operator runs. */
export interface MigrationReport {
  /** Where predictions are sent inside the cluster; Seldon's `status.address.url`. */
  readonly address: string;
  /** What Switchyard does not do; the rest of the deployment is served without it. */
  readonly unsupported: readonly Finding[];
  /** What is served otherwise than by Seldon, on purpose. */
  readonly different: readonly Finding[];
  /** `kind/name` of the objects that keep the name that Seldon's operator gave them. */
  readonly kept: readonly string[];
  /** `kind/name` of objects that Seldon's operator does not make. */
  readonly added: readonly string[];
}

const SELDONS_KINDS = [
  'Deployment',
  'Service',
  'HorizontalPodAutoscaler',
  'PodDisruptionBudget',
  'ScaledObject',
  'VirtualService',
  'DestinationRule',
];

/** Compares what is rendered with what Seldon's operator makes. Throws `InvalidDeploymentError`. */
export function migrationReport(manifest: Manifest, options: RenderOptions): MigrationReport {
  const names = render(manifest, options).map(({ kind, metadata }) => ({
    kind,
    name: `${kind}/${metadata.name}`,
  }));
  const plans = plansOf(manifest, options);
  return {
    address: deploymentAddresses(manifest, options).address.url,
    unsupported: UNSUPPORTED.flatMap((find) => find(manifest, plans)),
    different: DIFFERENCES.flatMap((find) => find(manifest, plans)),
    kept: names.filter(({ kind }) => SELDONS_KINDS.includes(kind)).map(({ name }) => name),
    added: names.filter(({ kind }) => !SELDONS_KINDS.includes(kind)).map(({ name }) => name),
  };
}
