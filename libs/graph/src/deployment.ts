import type { ProtocolName } from '#protocol';

/** A `SeldonDeployment` after validation and defaulting; immutable. */
export interface Deployment {
  readonly namespace: string;
  readonly name: string;
  /** What its clients speak, and its components unless they say otherwise. */
  readonly protocol: ProtocolName;
  readonly annotations: Readonly<Record<string, string>>;
  readonly predictors: readonly Predictor[];
  /** Sentences on what is served otherwise than the manifest seems to say. */
  readonly notices: readonly string[];
}

export interface Predictor {
  readonly name: string;
  readonly graph: GraphNode;
  /** Per cent of the deployment's requests. 0 for a shadow without a share; a sole predictor has 100. */
  readonly traffic: number;
  readonly shadow: boolean;
  /** Deployment annotations with the predictor's own on top. */
  readonly annotations: Readonly<Record<string, string>>;
  /** `svcOrchSpec.env`: the engine's own variables, such as SELDON_ENABLE_ROUTING_INJECTION. */
  readonly env: Readonly<Record<string, string>>;
  /** Container name to image. */
  readonly images: Readonly<Record<string, string>>;
}

export type NodeType =
  | 'MODEL'
  | 'ROUTER'
  | 'COMBINER'
  | 'TRANSFORMER'
  | 'OUTPUT_TRANSFORMER'
  | 'UNKNOWN_TYPE';

export type NodeMethod = 'TRANSFORM_INPUT' | 'TRANSFORM_OUTPUT' | 'ROUTE' | 'AGGREGATE' | 'SEND_FEEDBACK';

export interface GraphNode {
  readonly name: string;
  /** Where it stands in the YAML, for messages: `spec.predictors[0].graph.children[1]`. */
  readonly path: string;
  readonly type: NodeType;
  /** As written, or what serves in place of one of Seldon's bandit images; `UNKNOWN_IMPLEMENTATION` where none is. */
  readonly implementation: string;
  readonly methods: readonly NodeMethod[];
  readonly parameters: readonly Parameter[];
  readonly children: readonly GraphNode[];
  /** A node that has no container and needs none has no host, and 0 for its ports. */
  readonly endpoint: {
    readonly type: 'REST' | 'GRPC';
    readonly host: string;
    readonly httpPort: number;
    readonly grpcPort: number;
  };
  readonly modelUri: string | undefined;
  readonly logger?: PayloadLogger | undefined;
}

/** What of a node's traffic is copied elsewhere. */
export interface PayloadLogger {
  /** As written; undefined for the engine's default. */
  readonly url: string | undefined;
  readonly mode: 'all' | 'request' | 'response';
}

export interface Parameter {
  readonly name: string;
  readonly type: 'INT' | 'FLOAT' | 'DOUBLE' | 'STRING' | 'BOOL';
  /** Converted by `type`. */
  readonly value: number | string | boolean;
}
