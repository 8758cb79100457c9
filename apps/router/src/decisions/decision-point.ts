import { COMPONENT_POLICY } from '#bandits';
import { experimentId, experimentName, type Snapshot } from '#experiments';
import { experimentOf, type GraphNode } from '#graph';
import { MissingSnapshotError, UnknownArmError } from '../data-plane/errors.js';
import type { Snapshots } from '../snapshots/snapshots.js';

/** A node whose choices go into the ledger, whoever makes them. */
export class DecisionPoint {
  readonly experimentId: string;
  readonly experimentName: string;
  /** Whether Switchyard makes the choice; otherwise the node's component does. */
  readonly isOurs: boolean;
  private readonly indexOf: ReadonlyMap<string, number>;
  /** The last snapshot, and what this graph can choose of it. */
  private fitted: { readonly of: Snapshot; readonly snapshot: Snapshot } | undefined;

  constructor(
    readonly node: GraphNode,
    place: { readonly namespace: string; readonly deployment: string; readonly predictor: string },
    private readonly snapshots: Snapshots,
  ) {
    this.experimentId = experimentId({ ...place, node: node.name });
    this.experimentName = experimentName({ ...place, node: node.name });
    this.isOurs = experimentOf(node) !== null;
    this.indexOf = new Map(node.children.map((child, index) => [child.name, index]));
  }

  /** Undefined while none is published, or only one from when somebody else made the choice. */
  snapshot(): Snapshot | undefined {
    const snapshot = this.snapshots.get(this.experimentId);
    const isOurs = snapshot?.published.config.policy !== COMPONENT_POLICY;
    return isOurs === this.isOurs ? snapshot : undefined;
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

  /** The child's index. Throws `UnknownArmError`. */
  childOf(arm: string): number {
    const index = this.indexOf.get(arm);
    if (index === undefined) throw new UnknownArmError(this.experimentName, arm, this.node);
    return index;
  }
}
