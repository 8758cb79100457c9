import { expect, it } from '@jest/globals';
import type { KubernetesObject } from '#kubernetes';
import type { ServingPod } from '../pods/serving-pod.js';
import type { OwnedObject } from './owned-object.js';
import { stillUsed } from './still-used.js';

const graph = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'graph-2' } };
const BEFORE = [
  ...['ConfigMap/graph-1', 'Deployment/main-0-a', 'Deployment/main-1-c', 'Service/main-c'],
  ...['NetworkPolicy/main-1-c', 'HorizontalPodAutoscaler/main-1-c'],
];

function engine(workload: string, graphConfig: string, isLeaving = false): ServingPod {
  return {
    metadata: { name: `${workload}-x`, namespace: 'models', uid: 'u', resourceVersion: '1' },
    ...{ deployment: 'iris', workload, trouble: null },
    engine: { graphConfig, marked: undefined, address: '', isReady: true, isLeaving },
  };
}

/** Those of the objects of before that stay. */
function staying(...pods: ServingPod[]): string[] {
  const isUsed = stillUsed(pods, [graph as unknown as KubernetesObject]);
  return BEFORE.filter((id) => {
    const [kind, name] = id.split('/');
    return isUsed({ kind: { kind }, metadata: { name } } as OwnedObject);
  });
}

it('removes engines of before first, and what they ask when the last of them is gone', () => {
  const needed = ['ConfigMap/graph-1', 'Deployment/main-1-c', 'Service/main-c', 'NetworkPolicy/main-1-c'];
  const after = engine('main-0-a-b', 'graph-2');
  expect(staying(after, engine('main-0-a', 'graph-1'))).toEqual(needed);
  expect(staying(after, engine('main-0-a', 'graph-1', true))).toEqual(needed);
  expect(staying(after)).toEqual([]);
});

it('keeps nothing for engines that are going with the graph that is wanted', () => {
  expect(staying(engine('main-0-a-b', 'graph-2', true), { ...engine('main-1-c', ''), engine: null })).toEqual(
    [],
  );
});
