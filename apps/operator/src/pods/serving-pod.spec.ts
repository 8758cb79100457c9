import { expect, it } from '@jest/globals';
import { isNews, servingPod } from './serving-pod.js';

const FAILING = [{ name: 'seldon-container-engine', state: { waiting: { reason: 'InvalidImageName' } } }];

/** A pod of the Deployment `iris-main` of the SeldonDeployment `iris`. */
function pod({ metadata = {}, status = {} }: { metadata?: object; status?: object } = {}) {
  return servingPod({
    metadata: {
      ...{ name: 'iris-main-7d4-x', namespace: 'models', uid: 'u', resourceVersion: '1' },
      labels: { 'switchyard.io/deployment': 'iris', 'pod-template-hash': '7d4' },
      ownerReferences: [{ uid: 'r', name: 'iris-main-7d4' }] as never,
      ...metadata,
    },
    spec: {
      containers: [{ name: 'model' }, { name: 'seldon-container-engine' }],
      volumes: [
        { name: 'labels', configMap: { name: 'iris-labels' } },
        { name: 'switchyard-graph', configMap: { name: 'iris-main-graph-1' } },
      ],
    },
    status: { podIP: '10.0.0.1', conditions: [{ type: 'Ready', status: 'True' }], ...status },
  });
}

it('is known by its Deployment and by the graph that its engine reads, not by another ConfigMap', () => {
  expect(pod()).toMatchObject({
    ...{ deployment: 'iris', workload: 'iris-main', trouble: null },
    engine: { graphConfig: 'iris-main-graph-1', address: '10.0.0.1', isReady: true, isLeaving: false },
  });
});

it('has no trouble when it is going, but its engine has its graph until it is gone', () => {
  const status = { containerStatuses: FAILING };
  expect(pod({ status }).trouble).toMatchObject({ reason: 'InvalidImageName' });
  const leaving = pod({ status, metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } });
  expect(leaving).toMatchObject({ trouble: null, engine: { isLeaving: true } });
});

it('does nothing any more when it was evicted', () => {
  const evicted = pod({ status: { phase: 'Failed', containerStatuses: FAILING } });
  expect(evicted).toMatchObject({ trouble: null, engine: null });
});

it('is news when its engine comes, can be asked elsewhere or goes, and not when it is looked at', () => {
  expect(isNews(null, pod())).toBe(true);
  expect(isNews(pod(), pod({ status: { podIP: '10.0.0.2' } }))).toBe(true);
  expect(isNews(pod(), null)).toBe(true);
  expect(isNews(pod(), pod({ metadata: { resourceVersion: '2', annotations: { a: 'b' } } }))).toBe(false);
});
