/** Arm to its index among the children of a node. */
export type Places = ReadonlyMap<string, number>;

const MOST_KEPT = 16;

/**
 * Where the arms of experiments stand in the graph, and stood in those that this process served before: rewards name
 * routes by index, and come when the graph has perhaps changed.
 */
export class ArmPlaces {
  private readonly kept = new Map<string, readonly Places[]>();

  /** Those of an experiment, the newest first, beginning with these children. */
  with(experimentId: string, children: readonly { readonly name: string }[]): readonly Places[] {
    const places = new Map(children.map(({ name }, index) => [name, index]));
    const before = this.kept.get(experimentId) ?? [];
    const others = before.filter((other) => textOf(other) !== textOf(places));
    const all = [places, ...others].slice(0, MOST_KEPT);
    this.kept.set(experimentId, all);
    return all;
  }
}

function textOf(places: Places): string {
  return [...places.keys()].join();
}
