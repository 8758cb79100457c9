import { expect, it } from '@jest/globals';
import { Registry } from 'prom-client';
import { UnitMetrics } from './unit-metrics.js';

const IDENTITY = { unit: 'u', image: 'i:1', deployment: 'd', predictor: 'p', predictorVersion: '' };

it('exposes the first of two metrics that have a name in common, and goes on with both', async () => {
  const registry = new Registry();
  const metrics = new UnitMetrics(registry, IDENTITY as never, 0);
  const gauge = { type: 'GAUGE', key: 'load', value: 7 } as const;
  for (let i = 0; i < 2; i++) {
    metrics.observe([gauge, { type: 'TIMER', key: 'load', value: 20 }], 'predict');
    metrics.observe([{ type: 'COUNTER', key: 'more', value: 1 }], 'predict');
  }
  const text = await registry.metrics();
  expect(text).toMatch(/^load{.*} 7$/m);
  expect(text).toMatch(/^more_total{.*} 2$/m);
  expect(text).not.toContain('load_bucket');
});
