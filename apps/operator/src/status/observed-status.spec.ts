import { expect, it } from '@jest/globals';
import { parseManifest } from '#graph';
import { readRenderOptions, render } from '#kubernetes';
import { kindOf } from '../api/kinds.js';
import { type OwnedObject, objectId, ownedObject } from '../reconcile/owned-object.js';
import { holds } from './conditions.js';
import { type Observation, observedStatus } from './observed-status.js';

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
  const { name } = workload.metadata;
  const owned = new Map<string, OwnedObject>();
  if (status !== null) {
    const metadata = { name, namespace: 'models', uid: 'u', resourceVersion: '1', generation: 2 };
    const object = ownedObject(kindOf(workload), { metadata, spec: { replicas: 3 }, status });
    owned.set(objectId({ kind: 'Deployment', name }), object);
  }
  return observedStatus({
    ...{ manifest, options, desired, owned, notInstalled: [], experiments: [], ...others },
    recorded: holds('Recorded', 'NoExperiments'),
  });
}

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
