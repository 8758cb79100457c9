import { expect, it } from '@jest/globals';
import type { KubernetesObject } from '#kubernetes';
import { ApiError } from '../api/errors.js';
import type { KubernetesClient } from '../api/kubernetes-client.js';
import type { ServingPod } from '../pods/serving-pod.js';
import type { ServingPods } from '../pods/serving-pods.js';
import type { ObjectApplier } from '../reconcile/object-applier.js';
import { type OwnedObject, objectId } from '../reconcile/owned-object.js';
import type { OwnedObjects } from '../reconcile/owned-objects.js';
import type { ServedResource } from '../reconcile/served-resource.js';
import { GraphChanges } from './graph-changes.js';
import { graphConfigState } from './graph-config-state.js';

const KEY = 'models/iris';
const NAME = 'iris-main-graph-1';
const NOON = new Date('2026-01-01T12:00:00Z');
const resource = { key: KEY } as ServedResource;

function config(graph: string, annotations?: Record<string, string>) {
  const metadata = { name: NAME, namespace: 'models', uid: 'c', resourceVersion: '1', annotations };
  return {
    ...{ apiVersion: 'v1', kind: 'ConfigMap', metadata },
    data: { 'deployment.yaml': graph, 'components.yaml': '' },
  };
}

function pod(engine: Partial<NonNullable<ServingPod['engine']>>): ServingPod {
  return {
    metadata: { name: 'iris-main-7d4-x', namespace: 'models', uid: 'u', resourceVersion: '1' },
    ...{ deployment: 'iris', workload: 'iris-main', trouble: null },
    engine: {
      graphConfig: NAME,
      marked: undefined,
      address: '',
      isReady: false,
      isLeaving: false,
      ...engine,
    },
  };
}

/** The changes of a deployment with these pods, whose ConfigMap is there. */
function changesOf(live: ReturnType<typeof config>, pods: readonly ServingPod[], refusal?: ApiError) {
  const applied: KubernetesObject[] = [];
  const marked: string[] = [];
  const owned = new Map([
    [objectId({ kind: 'ConfigMap', name: NAME }), { graph: graphConfigState(live) } as OwnedObject],
  ]);
  const changes = new GraphChanges({
    client: {
      call: async ({ path }: { path: string }) => {
        marked.push(path);
        if (refusal) throw refusal;
      },
    } as unknown as KubernetesClient,
    owned: { of: () => owned } as unknown as OwnedObjects,
    pods: { of: () => pods } as unknown as ServingPods,
    applier: {
      apply: async (_: unknown, objects: readonly KubernetesObject[]) => void applied.push(...objects),
    } as unknown as ObjectApplier,
    wait: 90_000,
  });
  return { changes, applied, marked };
}

it('waits for a pod that was starting when the graph changed', async () => {
  const changing = { 'switchyard.io/graph-changing': NOON.toISOString() };
  const { changes, applied, marked } = changesOf(config('new', changing), [pod({ address: '' })]);
  const later = new Date(NOON.getTime() + 120_000);
  expect(await changes.follow(resource, [config('new') as unknown as KubernetesObject], later)).toEqual({
    ...{ refused: [], unconfirmed: [], lookAgain: null },
    waiting: [`${NAME}: pod iris-main-7d4-x does not answer yet`],
  });
  expect(marked).toEqual(['/api/v1/namespaces/models/pods/iris-main-7d4-x']);
  expect(applied).toEqual([]);
});

it('waits for the kubelet where pods must not be marked, and fails where the API server does', async () => {
  const live = config('new', { 'switchyard.io/graph-changing': NOON.toISOString() });
  const desired = [config('new') as unknown as KubernetesObject];
  const follow = (status: number) => {
    const refusal = new ApiError('PATCH /api', status, 'Refused', 'pods must not be changed');
    return changesOf(live, [pod({})], refusal).changes.follow(resource, desired, NOON);
  };
  expect((await follow(403)).waiting).toHaveLength(1);
  await expect(follow(500)).rejects.toThrow('pods must not be changed');
});

it('keeps a graph back from engines that answer with the one before, and from no others', () => {
  const next = [config('new') as unknown as KubernetesObject];
  const unserved = (...pods: ServingPod[]) => changesOf(config('old'), pods).changes.unserved(KEY, next);
  expect(unserved(pod({ isReady: true }), pod({}))).toEqual([]);
  expect(unserved(pod({ isReady: true, graphConfig: 'iris-main-graph-2' }), pod({}))).toEqual(next);
  expect(unserved()).toEqual(next);
});
