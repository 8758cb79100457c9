import type { ServedDeployment } from '../deployments/served-deployment.js';
import { UnknownPathError } from './errors.js';

export type Service = 'predictions' | 'feedback';

export interface Endpoint {
  readonly deployment: ServedDeployment;
  readonly service: Service;
}

const SERVICES: readonly Service[] = ['predictions', 'feedback'];
const VERSIONS = ['v1.0', 'v0.1'];

/** Path to endpoint: `/seldon/{namespace}/{deployment}/api/...`, and `/api/...` while there is one deployment. */
export class Endpoints {
  private readonly byPath = new Map<string, Endpoint>();

  constructor(private readonly deployments: readonly ServedDeployment[]) {
    for (const deployment of deployments) {
      this.add(deployment.prefix, deployment);
      if (deployments.length === 1) this.add('', deployment);
    }
  }

  find(path: string): Endpoint | undefined {
    return this.byPath.get(path);
  }

  /** Whether a path that is not served belongs to the data plane all the same. */
  covers(path: string): boolean {
    return path.startsWith('/seldon/') || path.startsWith('/api/');
  }

  unknown(path: string): UnknownPathError {
    const services = SERVICES.filter((service) => path.endsWith(`/${service}`));
    const meant = services.length > 0 ? services : SERVICES;
    const known = this.deployments.flatMap(({ prefix }) =>
      meant.map((service) => pathOf(prefix, 'v1.0', service)),
    );
    return new UnknownPathError(path, known);
  }

  private add(prefix: string, deployment: ServedDeployment): void {
    for (const version of VERSIONS) {
      for (const service of SERVICES) {
        this.byPath.set(pathOf(prefix, version, service), { deployment, service });
      }
    }
  }
}

function pathOf(prefix: string, version: string, service: Service): string {
  return `${prefix}/api/${version}/${service}`;
}
