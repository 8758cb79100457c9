import type { ServedDeployment } from '../deployments/served-deployment.js';
import type { EngineEnvironment } from '../router-config.js';
import { commonHeaders } from './common-headers.js';
import { UnknownPathError } from './errors.js';

export type Service = 'predictions' | 'feedback' | 'status' | 'metadata' | 'ready';

export interface Endpoint {
  readonly deployment: ServedDeployment;
  readonly service: Service;
  readonly verb: 'GET' | 'POST';
  /** Those of every answer. */
  readonly headers: readonly string[];
  /** The node at the end of the path, where there is one. */
  readonly node?: string;
}

interface Row {
  readonly path: string;
  readonly service: Service;
  readonly verb: 'GET' | 'POST';
  /** Whether a node's name follows. */
  readonly ofNode?: true;
}

/** Reference seldon-v1.md, section 1.1. */
const ROWS: readonly Row[] = [
  ...['v1.0', 'v0.1'].flatMap((version): Row[] => [
    { path: `/api/${version}/predictions`, service: 'predictions', verb: 'POST' },
    { path: `/api/${version}/feedback`, service: 'feedback', verb: 'POST' },
    { path: `/api/${version}/status`, service: 'status', verb: 'GET', ofNode: true },
    { path: `/api/${version}/metadata`, service: 'metadata', verb: 'GET', ofNode: true },
  ]),
  { path: '/api/v1.0/metadata', service: 'metadata', verb: 'GET' },
  { path: '/api/v1.0/status', service: 'ready', verb: 'GET' },
  { path: '/api/v1.0/health/status', service: 'ready', verb: 'GET' },
];

const MAIN_SERVICES = ['predictions', 'feedback'] as const;

/**
 * Path to endpoint: `/seldon/{namespace}/{deployment}/api/...`; `/seldon/{deployment}/api/...` while one namespace
 * only has a deployment of that name; `/api/...` while there is one deployment.
 */
export class Endpoints {
  private readonly byPath = new Map<string, Endpoint>();
  /** By the path without the node's name. */
  private readonly ofNodes = new Map<string, Endpoint>();
  /** Of answers to paths that are not served. */
  readonly commonHeaders: readonly string[];

  constructor(
    private readonly deployments: readonly ServedDeployment[],
    environment: EngineEnvironment,
  ) {
    this.commonHeaders = commonHeaders(environment);
    for (const deployment of deployments) {
      this.add(deployment.prefix, deployment);
      const isSole = deployments.filter(({ name }) => name === deployment.name).length === 1;
      if (isSole) this.add(`/seldon/${deployment.name}`, deployment);
      if (deployments.length === 1) this.add('', deployment);
    }
  }

  find(path: string): Endpoint | undefined {
    return this.byPath.get(path) ?? this.findOfNode(path);
  }

  /** Whether a path that is not served belongs to the data plane all the same. */
  covers(path: string): boolean {
    return path.startsWith('/seldon/') || path.startsWith('/api/');
  }

  unknown(path: string): UnknownPathError {
    const services = MAIN_SERVICES.filter((service) => path.endsWith(`/${service}`));
    const meant = services.length > 0 ? services : MAIN_SERVICES;
    const known = this.deployments.flatMap(({ prefix }) =>
      meant.map((service) => `${prefix}/api/v1.0/${service}`),
    );
    return new UnknownPathError(path, known);
  }

  private findOfNode(path: string): Endpoint | undefined {
    const slash = path.lastIndexOf('/');
    const endpoint = this.ofNodes.get(path.slice(0, slash));
    return endpoint && { ...endpoint, node: path.slice(slash + 1) };
  }

  private add(prefix: string, deployment: ServedDeployment): void {
    for (const { path, service, verb, ofNode } of ROWS) {
      const headers = commonHeaders(deployment.environment, verb);
      const paths = ofNode ? this.ofNodes : this.byPath;
      paths.set(prefix + path, { deployment, service, verb, headers });
    }
  }
}
