import type { Deployment, GraphNode, SeldonComponentSpec, SeldonContainer } from '#graph';
import { modelContainer } from './servers/server-containers.js';

/** What one Deployment is made of, and the place of its componentSpec in the manifest. */
interface PlacedSpec {
  readonly componentSpec: SeldonComponentSpec;
  readonly place: number;
}

type Nodes = ReadonlyMap<string, GraphNode>;
type Spec = NonNullable<SeldonComponentSpec['spec']>;

/**
 * One componentSpec for each container behind a node. Each keeps what the container needs of the whole: a volume that
 * only another one mounts would replace its pods for nothing.
 */
export function podsPerComponent(
  componentSpecs: readonly SeldonComponentSpec[],
  nodes: Nodes,
  protocol: Deployment['protocol'],
): PlacedSpec[] {
  return componentSpecs.flatMap(({ metadata, spec, ...others }, place) => {
    const containers = spec?.containers ?? [];
    const components = containers.filter(({ name }) => nodes.has(name));
    return components.map(({ name }) => {
      const needed = neededBy(nodes.get(name)!, protocol);
      const own =
        components.length === 1 ? containers : containers.filter((one) => needed.includes(one.name));
      return {
        componentSpec: { ...others, metadata: { ...metadata, name: null }, spec: podOf(spec!, own) },
        place,
      };
    });
  });
}

/** Containers that would be in no pod: beside several components it is not known to whom they belong. */
export function withoutComponent(
  { spec }: SeldonComponentSpec,
  nodes: Nodes,
  protocol: Deployment['protocol'],
): string[] {
  const names = (spec?.containers ?? []).map(({ name }) => name);
  const components = names.filter((name) => nodes.has(name));
  if (components.length === 1) return [];
  const needed = components.flatMap((name) => neededBy(nodes.get(name)!, protocol));
  return names.filter((name) => !needed.includes(name));
}

/** The names of a component's containers: its own, and that of the server which loads its model. */
function neededBy(node: GraphNode, protocol: Deployment['protocol']): string[] {
  return [node.name, modelContainer(node, protocol)];
}

function podOf({ volumes, ...spec }: Spec, containers: SeldonContainer[]): Spec {
  const mounted = new Set([...containers, ...(spec.initContainers ?? [])].flatMap(volumesOf));
  const own = (volumes ?? []).filter(({ name }) => mounted.has(name));
  return { ...spec, containers, ...(own.length > 0 && { volumes: own }) };
}

function volumesOf(container: { readonly [field: string]: unknown }): string[] {
  const lists = [container.volumeMounts, container.volumeDevices];
  return lists.flatMap((list) => ((list ?? []) as { readonly name: string }[]).map(({ name }) => name));
}
