import { Component, type GraphNode } from '#graph';
import type { Message } from '#protocol';
import { MissingSnapshotError, UnknownArmError } from '../data-plane/errors.js';
import type { Snapshots } from '../snapshots/snapshots.js';
import type { PredictionCall } from './prediction-call.js';

/** A ROUTER node whose choice Switchyard makes, by the experiment's current snapshot. */
export class ExperimentRouter extends Component {
  private readonly indexOf: ReadonlyMap<string, number>;

  constructor(
    readonly node: GraphNode,
    readonly experimentId: string,
    readonly experimentName: string,
    private readonly snapshots: Snapshots,
  ) {
    super();
    this.indexOf = new Map(node.children.map((child, index) => [child.name, index]));
  }

  override async route(_message: Message, call: PredictionCall): Promise<number> {
    const snapshot = this.snapshots.get(this.experimentId);
    if (snapshot === undefined) throw new MissingSnapshotError(this.experimentName, this.node);
    const decision = snapshot.decide({ id: call.puid, at: Date.now() });
    const index = this.childOf(decision.arm);
    call.decisions.push(decision);
    return index;
  }

  /** The child's index. Throws `UnknownArmError`. */
  childOf(arm: string): number {
    const index = this.indexOf.get(arm);
    if (index === undefined) throw new UnknownArmError(this.experimentName, arm, this.node);
    return index;
  }

  override async ready(): Promise<void> {
    if (this.snapshots.get(this.experimentId) === undefined) {
      throw new MissingSnapshotError(this.experimentName, this.node);
    }
  }
}
