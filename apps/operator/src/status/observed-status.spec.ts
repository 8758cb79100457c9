import { expect, it } from '@jest/globals';
import { parseManifest } from '#graph';
import { readRenderOptions, render } from '#kubernetes';
import { kindOf } from '../api/kinds.js';
import { type OwnedObject, objectId, ownedObject } from '../reconcile/owned-object.js';
import { holds } from './conditions.js';
import { hasRolledOut, type Observation, observedStatus } from './observed-status.js';

const manifest = parseManifest({
  apiVersion: 'machinelearning.seldon.io/v1',
  kind: 'SeldonDeployment',
  metadata: { name: 'iris', namespace: 'models' },
  spec: {
    predictors: [
      {
        name: 'main',
        componentSpecs: [{ spec: { containers: [{ name: 'model', image: 'iris:1' }] } }],
        graph: { name: 'model', type: 'MODEL' },
      },
    ],
  },
});
const options = readRenderOptions({ route: 'none' });
const desired = render(manifest, options);
const workload = desired.find(({ kind }) => kind === 'Deployment')!;

const nothing = { progress: { waiting: [], unconfirmed: [] }, troubles: new Map() };

/** The status of `iris`, whose Deployment of generation 2 wants 3 replicas and has this status. */
function statusWith(status: object | null, others: Pick<Observation, 'progress' | 'troubles'> = nothing) {
  const owned = ownedWith(status);
  return observedStatus({
    ...{ manifest, options, desired, owned, notInstalled: [], experiments: [], ...others },
    recorded: holds('Recorded', 'NoExperiments'),
  });
}

function ownedWith(status: object | null): Map<string, OwnedObject> {
  if (status === null) return new Map();
  const { name } = workload.metadata;
  const metadata = { name, namespace: 'models', uid: 'u', resourceVersion: '1', generation: 2 };
  const object = ownedObject(kindOf(workload), { metadata, spec: { replicas: 3 }, status });
  return new Map([[objectId({ kind: 'Deployment', name }), object]]);
}

const CAME_UP = { type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable' };
const complete = { observedGeneration: 2, replicas: 3, updatedReplicas: 3, availableReplicas: 3 };

it('is available when every replica is of the present template and answers', () => {
  expect(statusWith(complete)).toMatchObject({ state: 'Available', replicas: 3 });
});

it.each([
  ['has not been looked at', { ...complete, observedGeneration: 1 }],
  ['has replicas of the template before', { ...complete, updatedReplicas: 2, replicas: 4 }],
  ['has replicas that do not answer', { ...complete, availableReplicas: 2 }],
  ['has too few replicas', { ...complete, replicas: 1, updatedReplicas: 1, availableReplicas: 1 }],
  ['is not there', null],
])('is being created while the Deployment %s', (_what, status) => {
  expect(statusWith(status)).toMatchObject({
    state: 'Creating',
    description: expect.stringMatching(/^iris-main-0-model: /),
  });
});

it('says what keeps its pods from answering', () => {
  const trouble = { reason: 'ImagePullBackOff', text: 'container model: ImagePullBackOff' };
  const troubles = new Map([['iris-main-0-model', trouble]]);
  const { description, findings } = statusWith(
    { ...complete, availableReplicas: 2 },
    { ...nothing, troubles },
  );
  expect(description).toBe(
    'iris-main-0-model: 2 of 3 replicas are available; container model: ImagePullBackOff',
  );
  expect(findings).toContainEqual(
    expect.objectContaining({ type: 'Ready', status: 'False', reason: 'ImagePullBackOff' }),
  );
});

it('is being created while an engine serves the graph before', () => {
  const progress = { waiting: ['iris-main-graph: pod x serves the graph before'], unconfirmed: [] };
  const { state, description, findings } = statusWith(complete, { ...nothing, progress });
  expect([state, description]).toEqual(['Creating', progress.waiting[0]]);
  expect(findings).toMatchObject([
    { type: 'Ready', status: 'False', reason: 'GraphChanging' },
    { type: 'DeploymentsReady', status: 'True' },
    { type: 'GraphServed', status: 'False', reason: 'GraphChanging' },
    { type: 'Recorded' },
  ]);
});

it('does not say that a graph is served while pods are missing', () => {
  for (const status of [null, { ...complete, availableReplicas: 0 }]) {
    expect(statusWith(status).findings).toContainEqual(
      expect.objectContaining({ type: 'GraphServed', status: 'False', reason: 'RollingOut' }),
    );
  }
  expect(statusWith(complete).findings).toContainEqual(
    expect.objectContaining({ type: 'GraphServed', status: 'True' }),
  );
});

it('is available where nobody knows whether engines serve the graph, and says so', () => {
  const progress = { waiting: [], unconfirmed: ['iris-main-graph: pod x cannot be asked'] };
  const { state, findings } = statusWith(complete, { ...nothing, progress });
  expect(state).toBe('Available');
  expect(findings).toContainEqual(
    expect.objectContaining({ type: 'GraphServed', status: 'False', reason: 'NotConfirmed' }),
  );
});

it.each([
  ['has all its pods', complete, true],
  ['lost one that had been there', { ...complete, availableReplicas: 2, conditions: [CAME_UP] }, true],
  ['has yet to be looked at', { ...complete, observedGeneration: 1, conditions: [CAME_UP] }, false],
  ['never had all', { ...complete, availableReplicas: 2 }, false],
])('knows whether all pods of a Deployment that %s have answered', (_what, status, expected) => {
  expect(hasRolledOut({ desired, owned: ownedWith(status) })).toBe(expected);
});

it('has failed when Kubernetes gave the rollout up', () => {
  const message = 'ReplicaSet "iris" has timed out progressing.';
  const conditions = [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message }];
  const stuck = { ...complete, availableReplicas: 0, conditions };
  expect(statusWith(stuck)).toMatchObject({
    state: 'Failed',
    description: `iris-main-0-model: ${message}`,
    deploymentStatus: { 'iris-main-0-model': { availableReplicas: 0, description: message } },
  });
  expect(statusWith({ ...stuck, observedGeneration: 1 }).state).toBe('Creating');
});
