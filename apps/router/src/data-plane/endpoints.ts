import { type Dialect, dialects, type EdgePath, type Service } from '#protocol';
import type { ServedDeployment } from '../deployments/served-deployment.js';
import type { EngineEnvironment } from '../router-config.js';
import { commonHeaders } from './common-headers.js';
import { UnknownPathError } from './errors.js';
import { PathPattern } from './path-pattern.js';

export interface Endpoint {
  readonly deployment: ServedDeployment;
  readonly service: Service;
  readonly verb: 'GET' | 'POST';
  /** Whose form failures take. */
  readonly dialect: Dialect;
  /** Those of every answer. */
  readonly headers: readonly string[];
  /** The node or model that the path names, where it names one. */
  readonly name?: string | undefined;
  /** As `versions/2` or `labels/stable`. */
  readonly version?: string | undefined;
}

const MAIN_SERVICES: readonly Service[] = ['predictions', 'feedback'];
const FEEDBACK = dialects.seldon.edgePaths.filter(({ service }) => service === 'feedback');
const SELDON_PREFIX = /^\/seldon\/[^/]+(?:\/[^/]+)?/;

/**
 * Path to endpoint: `/seldon/{namespace}/{deployment}/api/...`; `/seldon/{deployment}/api/...` while one namespace
 * only has a deployment of that name; `/api/...` while there is one deployment.
 */
export class Endpoints {
  private readonly byPath = new Map<string, Endpoint>();
  /** Prefix to the paths behind it that hold a name. */
  private readonly named = new Map<string, { pattern: PathPattern; endpoint: Endpoint }[]>();
  private readonly byPrefix = new Map<string, ServedDeployment>();
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
    return this.byPath.get(path) ?? this.findNamed(path);
  }

  /** Whether a path that is not served belongs to the data plane all the same. */
  covers(path: string): boolean {
    return /^\/(?:seldon|api|v1|v2)(?:\/|$)/.test(path);
  }

  unknown(path: string): UnknownPathError {
    const services = MAIN_SERVICES.filter((service) => path.endsWith(`/${service}`));
    const meant = services.length > 0 ? services : MAIN_SERVICES;
    const known = this.deployments.flatMap(({ prefix, dialect }) =>
      meant.map((service) => prefix + pathsOf(dialect).find((row) => row.service === service)!.path),
    );
    return new UnknownPathError(path, known);
  }

  /** That of the deployment that the path begins with; Seldon's where there is none. */
  dialectOf(path: string): Dialect {
    const prefix = this.prefixesOf(path).find((candidate) => this.byPrefix.has(candidate));
    return prefix === undefined ? dialects.seldon : this.byPrefix.get(prefix)!.dialect;
  }

  private findNamed(path: string): Endpoint | undefined {
    for (const prefix of this.prefixesOf(path)) {
      const rest = path.slice(prefix.length);
      for (const { pattern, endpoint } of this.named.get(prefix) ?? []) {
        const names = pattern.match(rest);
        if (names !== null) return { ...endpoint, ...names };
      }
    }
    return undefined;
  }

  /** The longest first. */
  private prefixesOf(path: string): readonly string[] {
    const longest = SELDON_PREFIX.exec(path)?.[0];
    return longest === undefined ? [''] : [longest, longest.slice(0, longest.lastIndexOf('/'))];
  }

  private add(prefix: string, deployment: ServedDeployment): void {
    const named: { pattern: PathPattern; endpoint: Endpoint }[] = [];
    for (const { path, service, verb } of pathsOf(deployment.dialect)) {
      const headers = commonHeaders(deployment.environment, verb);
      const dialect = service === 'feedback' ? dialects.seldon : deployment.dialect;
      const endpoint = { deployment, service, verb, dialect, headers };
      if (path.includes('{')) named.push({ pattern: new PathPattern(path), endpoint });
      else this.byPath.set(prefix + path, endpoint);
    }
    this.named.set(prefix, named);
    this.byPrefix.set(prefix, deployment);
  }
}

/** Rewards come in Seldon's form whatever the predictions speak. */
function pathsOf(dialect: Dialect): readonly EdgePath[] {
  return dialect.sendsFeedback ? dialect.edgePaths : [...dialect.edgePaths, ...FEEDBACK];
}
