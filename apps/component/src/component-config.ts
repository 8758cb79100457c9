/** What the operator of a cluster tells a container about its place, or a name for its absence. */
export interface Identity {
  readonly unit: string;
  readonly image: string;
  readonly deployment: string;
  readonly predictor: string;
  readonly predictorVersion: string;
}

/** Everything a worker needs; it travels to it as JSON. */
export interface ComponentConfig {
  readonly file: string;
  /** What the class may be called, besides like the file. */
  readonly classNames: readonly string[];
  readonly serviceType: ServiceType;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly host: string;
  /** 0 takes a free one. */
  readonly httpPort: number;
  /** 0 likewise. */
  readonly grpcPort: number;
  /** Larger requests are refused with 413. */
  readonly maxBodyBytes: number;
  /** Milliseconds that a connection may be idle. */
  readonly keepAliveMs: number;
  readonly identity: Identity;
  /** Whether `meta.metrics` goes into answers. */
  readonly answerMetrics: boolean;
  /** YAML that replaces what initMetadata() says. */
  readonly metadata: string | undefined;
  /** Whether predictRaw gets the bytes of a prediction as they came. */
  readonly payloadPassthrough: boolean;
}

export type ServiceType = 'MODEL' | 'ROUTER' | 'TRANSFORMER' | 'OUTPUT_TRANSFORMER' | 'COMBINER';

export const COMPONENT_CONFIG = Symbol('ComponentConfig');
