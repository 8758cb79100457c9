import type { GraphNode, NodeType } from './deployment.js';

/** What a component says of itself (SeldonModelMetadata). */
export interface ModelMetadata {
  readonly name?: unknown;
  readonly platform?: unknown;
  readonly versions?: unknown;
  readonly inputs?: unknown;
  readonly outputs?: unknown;
  readonly custom?: unknown;
}

export interface GraphMetadata {
  readonly name: string;
  readonly models: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly graphinputs: readonly unknown[];
  readonly graphoutputs: readonly unknown[];
}

type Side = 'inputs' | 'outputs';

/** Whose inputs and outputs are those of a node with children: its own, or its first child's. */
const OWN_SIDES: Readonly<Record<NodeType, readonly Side[]>> = {
  MODEL: ['inputs'],
  TRANSFORMER: ['inputs'],
  OUTPUT_TRANSFORMER: ['outputs'],
  COMBINER: ['outputs'],
  ROUTER: [],
  UNKNOWN_TYPE: [],
};

/** Describes a graph by what its nodes say of themselves (reference seldon-v1.md, section 1.12). */
export function graphMetadata(
  predictor: string,
  root: GraphNode,
  models: ReadonlyMap<string, ModelMetadata>,
): GraphMetadata {
  const names = [...models.keys()].sort();
  return {
    name: predictor,
    models: Object.fromEntries(names.map((name) => [name, complete(name, models.get(name)!)])),
    graphinputs: sideOf(root, 'inputs', models),
    graphoutputs: sideOf(root, 'outputs', models),
  };
}

function complete(node: string, { name, platform, versions, custom, ...sides }: ModelMetadata) {
  return {
    name: name ?? node,
    ...(isEmpty(platform) ? {} : { platform }),
    versions: listOf(versions),
    inputs: listOf(sides.inputs),
    outputs: listOf(sides.outputs),
    ...(isEmpty(custom) ? {} : { custom }),
  };
}

function sideOf(
  { name, type, children: [first] }: GraphNode,
  side: Side,
  models: ReadonlyMap<string, ModelMetadata>,
): readonly unknown[] {
  if (first !== undefined && !OWN_SIDES[type].includes(side)) return sideOf(first, side, models);
  return listOf(models.get(name)?.[side]);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isEmpty(value: unknown): boolean {
  return !value || (typeof value === 'object' && Object.keys(value).length === 0);
}
