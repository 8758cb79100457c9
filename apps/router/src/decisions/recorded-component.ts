import type { Component } from '#graph';
import { excerpt, type Message, PROPENSITY_TAG } from '#protocol';
import { WrappedComponent } from '../components/wrapped-component.js';
import { RareWarning } from '../rare-warning.js';
import type { DecisionPoint } from './decision-point.js';
import type { PredictionCall } from './prediction-call.js';

/** A component that makes a choice of its own: one child chosen is a decision, all or none of them is not. */
export class RecordedComponent extends WrappedComponent {
  private readonly warning = new RareWarning(RecordedComponent.name);

  constructor(
    inner: Component,
    private readonly point: DecisionPoint,
  ) {
    super(inner);
  }

  override async route(message: Message, call: PredictionCall): Promise<number> {
    const route = await this.inner.route(message, call);
    const arm = this.point.node.children[route]?.name;
    const snapshot = this.point.snapshot();
    if (arm !== undefined && snapshot !== undefined) {
      const propensity = this.propensityOf(call);
      call.decisions.push(snapshot.record({ id: call.puid, at: Date.now(), arm, propensity }));
    }
    return route;
  }

  override async ready(): Promise<void> {
    this.point.requireSnapshot();
    await this.inner.ready();
  }

  /** What is no probability is worth as much as none: the choice stands, and the ledger must not guess. */
  private propensityOf({ statedPropensities }: PredictionCall): number | null {
    const { name } = this.point.node;
    const stated = statedPropensities.get(name);
    if (stated === undefined) return null;
    if (typeof stated === 'number' && stated > 0 && stated <= 1) return stated;
    const expected = `the tag ${PROPENSITY_TAG} must be a number above 0 and at most 1`;
    this.warning.warn(() => `node ${name}: ${expected}, got ${excerpt(stated)}: recorded as unknown`);
    return null;
  }
}
