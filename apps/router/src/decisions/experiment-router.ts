import { Component } from '#graph';
import type { Message } from '#protocol';
import type { DecisionPoint } from './decision-point.js';
import type { PredictionCall } from './prediction-call.js';

/** A ROUTER node whose choice Switchyard makes, by the experiment's current snapshot. */
export class ExperimentRouter extends Component {
  constructor(private readonly point: DecisionPoint) {
    super();
  }

  override async route(_message: Message, call: PredictionCall): Promise<number> {
    const decision = this.point.requireSnapshot().decide({ id: call.puid, at: Date.now() });
    const index = this.point.childOf(decision.arm);
    call.decisions.push(decision);
    return index;
  }

  override async ready(): Promise<void> {
    this.point.requireSnapshot();
  }
}
