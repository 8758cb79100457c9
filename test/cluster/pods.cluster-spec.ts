import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { missing, type Resource, TestNamespace } from './test-cluster.js';

const suite = missing === null ? describe : describe.skip;
const WORKLOAD = 'iris-main-0-model';

suite(`the operator, beside pods and their autoscaler${missing === null ? '' : `: ${missing}`}`, () => {
  let space: TestNamespace;

  beforeAll(async () => {
    space = await TestNamespace.create();
    await space.operator();
    await space.apply(deployment({ replicas: 3 }));
    await space.hasState('iris', 'Available');
  });

  afterAll(async () => {
    await space?.remove();
  });

  it('says why a pod does not come up, and what to do', async () => {
    await patchPod({
      ...{ ready: false, restartCount: 0 },
      state: { waiting: { reason: 'ImagePullBackOff', message: 'Back-off pulling image "iris:1"' } },
    });
    const said = /container model: ImagePullBackOff of registry.example\/iris:1: check the image's name/;
    const { status } = await describes(said);
    expect(status.state).toBe('Creating');
    expect(status.deploymentStatus[WORKLOAD].description).toMatch(said);
    expect(status.conditions).toContainEqual(
      expect.objectContaining({ type: 'Ready', status: 'False', reason: 'ImagePullBackOff' }),
    );
    await space.toldOf('iris', new RegExp(`ImagePullBackOff: ${WORKLOAD}: ${said.source}`));
  });

  it('says so of a pod that comes up and ends again', async () => {
    await patchPod({
      ...{ ready: false, restartCount: 4 },
      state: { waiting: { reason: 'CrashLoopBackOff' } },
      lastState: { terminated: { reason: 'OOMKilled', exitCode: 137 } },
    });
    await describes(/container model: ends again and again \(OOMKilled, exit code 137\): kubectl logs/);
  });

  it('forgets it when the pod runs', async () => {
    await patchPod({ ready: true, restartCount: 4, state: { running: {} } }, 'True');
    const { status } = await space.hasState('iris', 'Available');
    expect(status.description).toBeUndefined();
  });

  it('leaves the replicas as they are for an autoscaler that comes later', async () => {
    const pods = await space.names('pods');
    const seen: number[] = [];
    await space.apply(deployment({ replicas: 3, hpaSpec: { minReplicas: 1, maxReplicas: 5 } }));
    await space.eventually(
      async () => {
        seen.push(await replicas());
        return space.names('horizontalpodautoscalers');
      },
      (names) => names.includes(WORKLOAD),
    );
    await space.hasState('iris', 'Available');
    expect([...seen, await replicas()].every((one) => one === 3)).toBe(true);
    expect(await space.names('pods')).toEqual(pods);
    await space.kubectl(['scale', 'deployment', WORKLOAD, '--replicas=4']);
    await space.kubectl(['annotate', 'sdep', 'iris', 'looked=at']);
    await space.eventually(
      () => space.get('sdep', 'iris'),
      ({ status }) => status.deploymentStatus[WORKLOAD].availableReplicas === 4,
    );
  });

  it('takes the replicas back when the autoscaler goes', async () => {
    await space.apply(deployment({ replicas: 2 }));
    await space.eventually(replicas, (now) => now === 2);
    await space.eventually(
      () => space.names('horizontalpodautoscalers'),
      (names) => names.length === 0,
    );
  });

  async function replicas(): Promise<number> {
    return (await space.get('deployment', WORKLOAD)).spec.replicas;
  }

  function describes(pattern: RegExp): Promise<Resource> {
    return space.eventually(
      () => space.get('sdep', 'iris'),
      ({ status }) => pattern.test(status?.description ?? ''),
    );
  }

  /** As a kubelet would tell of the model's container in the first pod. */
  async function patchPod(container: object, ready: 'True' | 'False' = 'False'): Promise<void> {
    const [pod] = (await space.list('pods')) as [Resource];
    const statuses = pod.status.containerStatuses as { name: string }[];
    const conditions = (pod.status.conditions as { type: string }[]).map((condition) =>
      /Ready/.test(condition.type) ? { ...condition, status: ready } : condition,
    );
    const containerStatuses = statuses.map((one) =>
      one.name === 'model'
        ? { name: 'model', image: 'registry.example/iris:1', imageID: '', ...container }
        : one,
    );
    const flags = ['--subresource=status', '--type=merge', '-p'];
    await space.kubectl([
      ...['patch', 'pod', pod.metadata.name, ...flags],
      JSON.stringify({ status: { conditions, containerStatuses } }),
    ]);
  }
});

function deployment(componentSpec: object): Resource {
  const containers = [{ name: 'model', image: 'registry.example/iris:1' }];
  const componentSpecs = [{ ...componentSpec, spec: { containers } }];
  return {
    apiVersion: 'machinelearning.seldon.io/v1',
    kind: 'SeldonDeployment',
    metadata: { name: 'iris' } as Resource['metadata'],
    spec: { predictors: [{ name: 'main', componentSpecs, graph: { name: 'model', type: 'MODEL' } }] },
  };
}
