import { SeldonResponse } from 'switchyard/sdk';

/** Routers as a user writes them, for component-choices.e2e-spec.ts: the first value of a request is its route. */
export class Stating {
  private propensity: unknown;
  private rewards = 0;

  route(rows: unknown[][]): unknown {
    const [route, propensity] = rows[0]!;
    this.propensity = propensity;
    return route;
  }

  tags() {
    return { 'switchyard.propensity': this.propensity };
  }

  sendFeedback(_features: unknown, _names: unknown, reward = 0): number[] {
    this.rewards += reward;
    return [this.rewards];
  }
}

export class StatingPerRequest {
  route(rows: unknown[][]): SeldonResponse {
    const [route, propensity] = rows[0]!;
    return new SeldonResponse(route, { tags: { 'switchyard.propensity': propensity } });
  }
}

export class Silent {
  route(rows: unknown[][]): unknown {
    return rows[0]![0];
  }
}
