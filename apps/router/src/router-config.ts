import type { Deployment } from '#graph';
import type { ComponentMap } from '#transport';
import type { GraphFiles } from './reload/graph-files.js';

/** One deployment and how its containers are run here. */
export interface DeploymentSource {
  readonly deployment: Deployment;
  /** Relative paths of components and models start here. */
  readonly folder: string;
  readonly components: ComponentMap;
}

export interface GraphOrigin {
  readonly files: GraphFiles;
  readonly digest: string;
  /** Whether what changes in the files is served without a new start. */
  readonly reload: boolean;
}

export interface RouterConfig {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Of Seldon's gRPC service; 0 takes a free one, undefined leaves it out. */
  readonly grpcPort?: number | undefined;
  /** Without the two, nothing is recorded, and experiments stay as their manifests start them. */
  readonly databaseUrl?: string | undefined;
  readonly redisUrl?: string | undefined;
  /** Signs receipts; the same for all routers that share traffic. At least 16 bytes. */
  readonly receiptKey: Buffer;
  readonly deployments: readonly DeploymentSource[];
  /** What the deployments were read from, where they came from files. */
  readonly graph?: GraphOrigin;
  /** Where the experiments' snapshots are kept, to start from while the stores are away. */
  readonly snapshotFolder?: string;
  /** Of the program, for those who ask by `/v2`. */
  readonly version?: string;
  /** Larger requests are refused with 413, or RESOURCE_EXHAUSTED. 10 MiB unless given. */
  readonly maxBodyBytes?: number;
  /** The folder that fetched models are kept in, unless SWITCHYARD_ARTEFACT_CACHE names one. */
  readonly artefactCache?: string;
  /** Milliseconds for one call of a component, unless an annotation says otherwise. */
  readonly componentTimeoutMs?: number;
  /** After the end was asked for, the router goes on this long and tells clients to come back elsewhere. 0 unless given. */
  readonly drainMs?: number;
  /** Seldon's variables for its engine; those in a predictor's `svcOrchSpec.env` come first. */
  readonly engine?: EngineEnvironment;
}

const ENGINE_VARIABLES = [
  'SELDON_ENABLE_ROUTING_INJECTION',
  'CORS_ALLOWED_ORIGINS',
  'CORS_ALLOWED_HEADERS',
  'REQUEST_LOGGER_DEFAULT_ENDPOINT',
  'POD_NAME',
] as const;

export type EngineEnvironment = Readonly<Partial<Record<(typeof ENGINE_VARIABLES)[number], string>>>;

/** Those of Seldon's engine variables that are set to something. */
export function engineEnvironment(env: Readonly<Record<string, string | undefined>>): EngineEnvironment {
  return Object.fromEntries(ENGINE_VARIABLES.flatMap((name) => (env[name] ? [[name, env[name]]] : [])));
}

export const DEFAULT_MAX_BODY_BYTES = 10 * 1024 * 1024;
