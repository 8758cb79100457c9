import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CustomMetrics } from './custom-metrics.js';
import { missing, notOurs, type Resource, TestNamespace } from './test-cluster.js';

/** The stand-in for Prometheus' adapter needs the control plane's certificate, and a control plane that reaches it. */
const reason = missing ?? notOurs;
const suite = reason === null ? describe : describe.skip;
const METRIC = 'switchyard_requests_in_flight';

suite(`an engine's replicas${reason === null ? '' : `: ${reason}`}`, () => {
  let space: TestNamespace;
  let metrics: CustomMetrics;
  /** In flight in all engines together. */
  let load = 20;

  beforeAll(async () => {
    space = await TestNamespace.create();
    metrics = await CustomMetrics.start(space.cluster.kubeconfig, async (selector) => {
      const pods = await space.kubectl(['get', 'pods', '-l', selector, '-o', 'name']);
      const names = pods.split('\n').filter((name) => name !== '');
      return names.map((name) => ({ pod: name.replace('pod/', ''), value: load / names.length }));
    });
    await space.apply({ apiVersion: 'v1', kind: 'List', items: metrics.objects(space.name) });
    await space.operator();
  });

  afterAll(async () => {
    await space?.kubectl(['delete', 'apiservice', 'v1beta1.custom.metrics.k8s.io']);
    metrics?.close();
    await space?.remove();
  });

  it('follow the predictions in flight, between the least and the most', async () => {
    await space.apply(deployment({ 'max-replicas': '4', 'min-replicas': '2', 'target-in-flight': '10' }));
    await space.hasState('busy', 'Available');
    await hasReplicas(2);
    load = 30;
    await hasReplicas(3);
    load = 1000;
    await hasReplicas(4);
    load = 2;
    await hasReplicas(2);
    expect(new Set(metrics.asked)).toEqual(new Set([expect.stringContaining(`${METRIC} `)]));
    expect(metrics.asked[0]).toContain('seldon-app=busy-main');
  });

  it('stay between the new ones when the annotations change, with the pods that are there', async () => {
    const pods = await space.names('pods');
    await space.apply(deployment({ 'max-replicas': '6', 'min-replicas': '3', 'target-in-flight': '10' }));
    await hasReplicas(3);
    expect(await space.names('pods')).toEqual(expect.arrayContaining(pods));
  });

  it('are those of the manifest again without the annotations', async () => {
    await space.apply(deployment({}));
    await space.eventually(
      () => space.names('hpa'),
      (names) => names.length === 0,
    );
    await hasReplicas(1);
  });

  it('are as they were when the annotations are wrong, and the status says so', async () => {
    await space.apply(deployment({ 'max-replicas': '0', 'target-in-flight': '10' }));
    const { status } = await space.hasState('busy', 'Failed');
    expect(status.description).toMatch(
      /engine-max-replicas"\]: expected a whole number from 1 to 10000, got "0"/,
    );
    await hasReplicas(1);
  });

  function hasReplicas(replicas: number): Promise<Resource> {
    return space.eventually(
      async () => (await space.list('deployments'))[0]!,
      ({ spec }) => spec.replicas === replicas,
    );
  }
});

function deployment(scaling: Readonly<Record<string, string>>): Resource {
  const annotations = Object.entries(scaling).map(([name, value]) => [`switchyard.io/engine-${name}`, value]);
  return {
    apiVersion: 'machinelearning.seldon.io/v1',
    kind: 'SeldonDeployment',
    metadata: {
      name: 'busy',
      annotations: Object.fromEntries(annotations),
    } as unknown as Resource['metadata'],
    spec: {
      predictors: [
        {
          ...{ name: 'main', replicas: 1, graph: { name: 'model' } },
          componentSpecs: [{ spec: { containers: [{ name: 'model', image: 'registry.example/model:1' }] } }],
        },
      ],
    },
  };
}
