import type { GraphNode, Parameter } from '#graph';

/** A parsed MODEL node for the specs of this library. */
export function sampleNode(overrides: Partial<GraphNode> = {}): GraphNode {
  return {
    name: 'model-a',
    path: 'spec.predictors[0].graph',
    type: 'MODEL',
    implementation: 'UNKNOWN_IMPLEMENTATION',
    methods: [],
    parameters: [],
    children: [],
    endpoint: { type: 'REST', host: 'localhost', httpPort: 9000, grpcPort: 9500 },
    modelUri: undefined,
    logger: undefined,
    ...overrides,
  };
}

export function text(name: string, value: string): Parameter {
  return { name, type: 'STRING', value };
}
