import { COMPONENT_POLICY } from '#bandits';
import { experimentId, experimentName, type Snapshot } from '#experiments';
import { experimentOf, type GraphNode } from '#graph';
import { MissingSnapshotError, UndeclaredArmError, UnknownArmError } from '../data-plane/errors.js';
import type { ArmPlaces, Places } from '../deployments/arm-places.js';
import type { Snapshots } from '../snapshots/snapshots.js';

/** A node whose choices go into the ledger, whoever makes them. */
export class DecisionPoint {
  readonly experimentId: string;
  readonly experimentName: string;
  /** Whether Switchyard makes the choice; otherwise the node's component does. */
  readonly isOurs: boolean;
  private readonly indexOf: Places;
  private readonly places: readonly Places[];
  /** The last one from when the choice was made by whom this graph has make it. */
  private own: Snapshot | undefined;
  /** The last snapshot, and what this graph can choose of it. */
  private fitted: { readonly of: Snapshot; readonly snapshot: Snapshot } | undefined;

  constructor(
    readonly node: GraphNode,
    place: { readonly namespace: string; readonly deployment: string; readonly predictor: string },
    private readonly snapshots: Snapshots,
    places: ArmPlaces,
  ) {
    this.experimentId = experimentId({ ...place, node: node.name });
    this.experimentName = experimentName({ ...place, node: node.name });
    this.isOurs = experimentOf(node) !== null;
    this.places = places.with(this.experimentId, node.children);
    this.indexOf = this.places[0]!;
  }

  /**
   * Undefined until one is published for whom this graph has make the choice. One for another is for the graph that
   * takes this one's place: until that is served, choices are made and recorded as they were.
   */
  snapshot(): Snapshot | undefined {
    const snapshot = this.snapshots.get(this.experimentId);
    if (snapshot === undefined) return undefined;
    const isOurs = snapshot.published.config.policy !== COMPONENT_POLICY;
    if (isOurs === this.isOurs) this.own = snapshot;
    return this.own;
  }

  /**
   * To choose by: while an arm is added or removed, some routers have a graph with it and others one without. Throws
   * `MissingSnapshotError`.
   */
  requireSnapshot(): Snapshot {
    const snapshot = this.snapshot();
    if (snapshot === undefined) throw new MissingSnapshotError(this.experimentName, this.node);
    if (this.fitted?.of !== snapshot) this.fitted = { of: snapshot, snapshot: snapshot.among(this.indexOf) };
    return this.fitted.snapshot;
  }

  /**
   * Throws `UndeclaredArmError` where the published experiment lacks a child, and `MissingSnapshotError`: the graph
   * could be served, and that child would not be chosen.
   */
  requireArms(): void {
    const snapshot = this.snapshot();
    if (snapshot === undefined) throw new MissingSnapshotError(this.experimentName, this.node);
    const published = new Set(snapshot.published.config.arms.map(({ id }) => id));
    const missing = this.node.children.find(({ name }) => !published.has(name));
    if (missing !== undefined) throw new UndeclaredArmError(this.experimentName, missing.name, this.node);
  }

  /** The child's index; undefined for an arm that only another version of the graph has. */
  findChild(arm: string): number | undefined {
    return this.indexOf.get(arm);
  }

  /** Whether an arm stood there in a graph that this process served; true for an arm that none of them had. */
  mayHaveStood(arm: string, index: number): boolean {
    const known = this.places.filter((places) => places.has(arm));
    return known.length === 0 || known.some((places) => places.get(arm) === index);
  }

  /** The child's index. Throws `UnknownArmError`. */
  childOf(arm: string): number {
    const index = this.indexOf.get(arm);
    if (index === undefined) throw new UnknownArmError(this.experimentName, arm, this.node);
    return index;
  }
}
