import type { NodeType } from './deployment.js';

export const NO_IMPLEMENTATION = 'UNKNOWN_IMPLEMENTATION';

/** What `implementation:` may say, and what it makes of a node. */
export interface Implementation {
  readonly type: NodeType;
  /** A model server that loads `modelUri`: the node is a MODEL whatever its `type` says. */
  readonly server?: 'needs modelUri' | 'modelUri is optional';
  /** The node is an experiment; Switchyard makes its choice by this policy of #bandits. */
  readonly policy?: string;
  /** Where a parameter stands for the policy's weights. `weights` is a list of shares; `ratioA` the first of two. */
  readonly weights?: 'weights' | 'ratioA';
}

const implementations: Readonly<Record<string, Implementation>> = {
  RANDOM_ABTEST: { type: 'ROUTER', policy: 'weighted', weights: 'ratioA' },
  RANDOM: { type: 'ROUTER', policy: 'random' },
  WEIGHTED: { type: 'ROUTER', policy: 'weighted', weights: 'weights' },
  EPSILON_GREEDY: { type: 'ROUTER', policy: 'epsilon-greedy' },
  THOMPSON_SAMPLING: { type: 'ROUTER', policy: 'thompson-sampling' },
  SIMPLE_MODEL: { type: 'MODEL' },
  SIMPLE_ROUTER: { type: 'ROUTER' },
  AVERAGE_COMBINER: { type: 'COMBINER' },
  ONNX_SERVER: { type: 'MODEL', server: 'needs modelUri' },
  SKLEARN_SERVER: { type: 'MODEL', server: 'needs modelUri' },
  XGBOOST_SERVER: { type: 'MODEL', server: 'needs modelUri' },
  MLFLOW_SERVER: { type: 'MODEL', server: 'needs modelUri' },
  TENSORFLOW_SERVER: { type: 'MODEL', server: 'needs modelUri' },
  TRITON_SERVER: { type: 'MODEL', server: 'needs modelUri' },
  HUGGINGFACE_SERVER: { type: 'MODEL', server: 'modelUri is optional' },
  TEMPO_SERVER: { type: 'MODEL', server: 'needs modelUri' },
};

export const implementationNames: readonly string[] = Object.keys(implementations);

/** Null where none is set, or none of that name is known. */
export function implementationOf(name: string | null | undefined): Implementation | null {
  return Object.hasOwn(implementations, name ?? NO_IMPLEMENTATION) ? implementations[name!]! : null;
}

/** Whether Switchyard makes the node's choice. */
export function isExperiment({ implementation }: { readonly implementation: string }): boolean {
  return implementationOf(implementation)?.policy !== undefined;
}
