import { isDeepStrictEqual } from 'node:util';
import { isMissing } from '../api/errors.js';
import { objectPath, SELDON_DEPLOYMENTS } from '../api/kinds.js';
import type { KubernetesClient } from '../api/kubernetes-client.js';
import type { KubernetesResource } from '../api/kubernetes-resource.js';
import type { ServedResource } from '../reconcile/served-resource.js';
import type { DeploymentStatus } from './deployment-status.js';

/** Writes the status of deployments, where it has changed. */
export class StatusWriter {
  constructor(private readonly client: KubernetesClient) {}

  /** The resource with its new status; null where nothing was to be written. */
  async write(resource: ServedResource, status: DeploymentStatus): Promise<KubernetesResource | null> {
    if (isDeepStrictEqual(resource.status, plain(status))) return null;
    const { namespace, name, uid } = resource;
    try {
      return await this.client.call<KubernetesResource>({
        method: 'PATCH',
        path: `${objectPath(SELDON_DEPLOYMENTS, namespace, name)}/status`,
        contentType: 'application/json-patch+json',
        body: [
          { op: 'test', path: '/metadata/uid', value: uid },
          { op: 'add', path: '/status', value: status },
        ],
      });
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }
}

/** As it comes back: without what is undefined. */
function plain(status: DeploymentStatus): unknown {
  return JSON.parse(JSON.stringify(status));
}
