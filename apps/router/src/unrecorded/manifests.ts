import type { Deployment } from '#graph';

/** The manifests that this router serves, or is about to. */
export class Manifests {
  constructor(public deployments: readonly Deployment[]) {}
}
