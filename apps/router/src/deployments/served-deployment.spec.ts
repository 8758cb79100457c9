import { describe, expect, it } from '@jest/globals';
import type { Deployment, Predictor } from '#graph';
import { ServedDeployment } from './served-deployment.js';
import type { ServedPredictor } from './served-predictor.js';

const REQUESTS = 20_000;

function served(...predictors: readonly [name: string, traffic: number, shadow: boolean][]) {
  const deployment = { namespace: 'n', name: 'd' } as Deployment;
  return new ServedDeployment(
    deployment,
    predictors.map(([name, traffic, shadow]) => {
      const declared = { name, traffic, shadow } as Predictor;
      return { name, declared } as ServedPredictor;
    }),
  );
}

describe('predictorFor', () => {
  it('gives each predictor its share of the traffic, and shadows none', () => {
    const deployment = served(['main', 75, false], ['canary', 25, false], ['shadow', 100, true]);
    const counts: Record<string, number> = { main: 0, canary: 0 };
    for (let i = 0; i < REQUESTS; i++) counts[deployment.predictorFor(`id-${i}`).name]!++;
    // Binomial: four standard errors.
    const error = 4 * Math.sqrt(REQUESTS * 0.75 * 0.25);
    expect(Math.abs(counts.main! - REQUESTS * 0.75)).toBeLessThan(error);
    expect(Object.keys(counts)).toEqual(['main', 'canary']);
    expect(deployment.predictorFor('id-1')).toBe(deployment.predictorFor('id-1'));
  });
});

describe('owns', () => {
  it('goes by the whole name', () => {
    expect(served(['main', 100, false]).owns('n.d.main.router')).toBe(true);
    expect(served(['main', 100, false]).owns('n.d2.main.router')).toBe(false);
  });
});
