import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CliProcess } from '../cli-process.js';
import { apiServer, missing, notOurs, type Resource, TestNamespace } from './test-cluster.js';

const WORKLOAD = 'iris-main-0-model';
const suite = missing === null ? describe : describe.skip;
const withOurs = notOurs === null ? it : it.skip;

suite(`the operator, when things go wrong${missing === null ? '' : `: ${missing}`}`, () => {
  let space: TestNamespace;
  let operator: CliProcess;

  beforeAll(async () => {
    space = await TestNamespace.create();
    operator = await space.operator();
    await space.apply(deployment('iris'));
    await space.hasState('iris', 'Available');
  });

  afterAll(async () => {
    await space?.remove();
  });

  it('puts back what somebody edits, and says who did', async () => {
    await space.kubectl(['set', 'image', `deployment/${WORKLOAD}`, 'model=registry.example/other:1']);
    await space.toldOf('iris', new RegExp(`PutBack: Deployment/${WORKLOAD} .*"kubectl-set".*image`));
    await imageIs('registry.example/iris:1');
    await space.hasState('iris', 'Available');
  });

  it('puts back a field that somebody removes', async () => {
    await space.kubectl([
      ...['patch', 'service', 'iris-main', '--type=json', '-p'],
      '[{"op":"remove","path":"/metadata/labels/seldon-app"}]',
    ]);
    const { metadata } = await space.eventually(
      () => space.get('service', 'iris-main'),
      (service) => service.metadata.labels?.['seldon-app'] === 'iris-main',
    );
    expect(metadata.labels).toMatchObject({ 'seldon-deployment-id': 'iris' });
    await space.toldOf('iris', /PutBack: Service\/iris-main had lost fields/);
  });

  it('leaves alone what others add', async () => {
    await space.kubectl(['annotate', 'deployment', WORKLOAD, 'team=blue']);
    await space.kubectl(['rollout', 'restart', `deployment/${WORKLOAD}`]);
    await space.eventually(
      () => space.get('deployment', WORKLOAD),
      ({ status }) => status.observedGeneration > 1 && status.updatedReplicas === 1,
    );
    const { metadata, spec } = await space.get('deployment', WORKLOAD);
    expect(metadata.annotations).toMatchObject({ team: 'blue' });
    expect(spec.template.metadata.annotations).toHaveProperty(['kubectl.kubernetes.io/restartedAt']);
  });

  it('takes fields back from another field manager', async () => {
    const change = {
      ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: WORKLOAD } },
      spec: { replicas: 5 },
    };
    const flags = ['--server-side', '--force-conflicts', '--field-manager=somebody', '-f', '-'];
    await space.kubectl(['apply', ...flags], JSON.stringify(change));
    await space.toldOf('iris', /PutBack: .*conflict with "somebody".*: \.spec\.replicas/);
    await space.eventually(
      () => space.get('deployment', WORKLOAD),
      ({ spec }) => spec.replicas === 1,
    );
  });

  it.each(['deployment/iris-main-0-model', 'service/iris-main', 'configmap/iris-main-graph-'])(
    'makes %s anew when it is deleted',
    async (object) => {
      const [kind, start] = object.split('/') as [string, string];
      const name = (await space.names(`${kind}s`)).find((one) => one.startsWith(start))!;
      const before = await space.get(kind, name);
      await space.kubectl(['delete', kind, name, '--wait=false']);
      await space.eventually(
        async () => (await space.list(`${kind}s`)).find(({ metadata }) => metadata.name === name),
        (found) => found !== undefined && found.metadata.uid !== before.metadata.uid,
      );
      await space.toldOf('iris', new RegExp(`Restored: ${kind}/${name} was deleted`, 'i'));
      await space.hasState('iris', 'Available');
    },
  );

  it('makes an object anew where Kubernetes does not change it', async () => {
    const separate = deployment('iris');
    separate.spec.annotations = { 'seldon.io/engine-separate-pod': 'true' };
    await space.apply(separate);
    await space.hasState('iris', 'Available');
    expect(await space.names('deployments')).toEqual([WORKLOAD, 'iris-main-svc-orch']);
    await space.toldOf('iris', new RegExp(`Replaced: Deployment/${WORKLOAD}`));
    await space.apply(deployment('iris'));
    await space.eventually(
      () => space.names('deployments'),
      (names) => names.join() === WORKLOAD,
    );
  });

  it('says when a part of Kubernetes is not installed, and serves the rest', async () => {
    const scaled = deployment('scaled');
    scaled.spec.predictors[0].componentSpecs[0].kedaSpec = {
      ...{ maxReplicaCount: 2, triggers: [{ type: 'cpu', metadata: { type: 'Utilization', value: '80' } }] },
    };
    await space.apply(scaled);
    const { status } = await space.hasState('scaled', 'Available');
    expect(status.conditions).toContainEqual(
      expect.objectContaining({ type: 'Complete', status: 'False', reason: 'KindNotInstalled' }),
    );
    await space.kubectl(['delete', 'sdep', 'scaled']);
  });

  it('shows what keeps pods from being made', async () => {
    const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'none' } };
    await space.apply({ ...quota, spec: { hard: { 'count/pods': '1' } } });
    await space.eventually(
      () => space.get('resourcequota', 'none'),
      ({ status }) => status?.used !== undefined,
    );
    await space.apply(deployment('crowded'));
    const { status } = await space.eventually(
      () => space.get('sdep', 'crowded'),
      (sdep) => /exceeded quota/.test(sdep.status?.description ?? ''),
    );
    expect(status.state).toBe('Creating');
    await space.kubectl(['delete', 'resourcequota/none', 'sdep/crowded']);
  });

  it('serves names of the greatest length', async () => {
    const name = `n${'a'.repeat(61)}z`;
    await space.apply(deployment(name));
    const { status } = await space.hasState(name, 'Available');
    expect(Object.keys(status.deploymentStatus)).toEqual([expect.stringMatching(/^seldon-[0-9a-f]{32}$/)]);
    await space.kubectl(['delete', 'sdep', name]);
    await space.eventually(
      () => space.names('deployments'),
      (names) => names.join() === WORKLOAD,
    );
  });

  it('goes on where it was when it is killed in the middle of its work', async () => {
    const names = Array.from({ length: 10 }, (_, index) => `many-${index}`);
    await space.apply({ apiVersion: 'v1', kind: 'List', items: names.map((name) => deployment(name)) });
    await space.eventually(
      () => space.names('services'),
      (services) => services.length > 5,
    );
    await operator.kill('SIGKILL');
    await space.kubectl(['delete', 'sdep', names[0]!]);
    operator = await space.operator();
    for (const name of names.slice(1)) await space.hasState(name, 'Available');
    await space.kubectl(['delete', 'sdep', ...names.slice(1)]);
    await space.eventually(
      () => space.names('deployments,services'),
      (left) => left.every((name) => name.startsWith('iris')),
    );
  });

  withOurs('follows the cluster again after the API server was killed', async () => {
    await apiServer('kill');
    await operator.complains(/ECONNREFUSED|ECONNRESET|socket hang up/);
    await apiServer('start');
    await space.apply(deployment('later'));
    await space.hasState('later', 'Available');
    await space.kubectl(['delete', 'sdep', 'later']);
  });

  it('leaves what another class serves to the other operator', async () => {
    const other = await space.operator({ args: ['--class', 'blue'] });
    await space.apply(labelled('theirs', 'green'));
    await space.apply(labelled('blue', 'blue'));
    await space.hasState('blue', 'Available');
    await space.apply(deployment('ours'));
    await space.hasState('ours', 'Available');
    await other.kill('SIGTERM');
    await space.apply(labelled('blue-too', 'blue'));
    await space.apply(deployment('ours-too'));
    await space.hasState('ours-too', 'Available');
    const waiting = await space.list('sdep');
    const states = Object.fromEntries(waiting.map(({ metadata, status }) => [metadata.name, status?.state]));
    expect(states).toMatchObject({ blue: 'Available', ours: 'Available' });
    expect([states.theirs, states['blue-too']]).toEqual([undefined, undefined]);
    await space.kubectl(['delete', 'sdep', 'theirs', 'blue', 'blue-too', 'ours', 'ours-too']);
  });

  it('has one of several work, and another take over', async () => {
    const second = await space.operator();
    const holder = async () =>
      (await space.get('lease', 'switchyard-operator')).spec.holderIdentity as string;
    const first = await holder();
    await space.apply(deployment('turn-1'));
    await space.hasState('turn-1', 'Available');
    expect(await holder()).toBe(first);
    await operator.kill('SIGTERM');
    await space.apply(deployment('turn-2'));
    await space.hasState('turn-2', 'Available');
    const next = await holder();
    expect(next).not.toBe(first);
    // Nobody releases the Lease of one that is killed: the third waits until it has run out.
    const third = await space.operator();
    await second.kill('SIGKILL');
    await space.apply(deployment('turn-3'));
    await space.hasState('turn-3', 'Available');
    expect([first, next]).not.toContain(await holder());
    expect((await third.kill('SIGTERM')).status).toBe(0);
  });

  function imageIs(image: string): Promise<Resource> {
    return space.eventually(
      () => space.get('deployment', WORKLOAD),
      ({ spec }) =>
        spec.template.spec.containers.find(({ name }: { name: string }) => name === 'model').image === image,
    );
  }
});

function deployment(name: string): Resource {
  const containers = [{ name: 'model', image: 'registry.example/iris:1' }];
  return {
    apiVersion: 'machinelearning.seldon.io/v1',
    kind: 'SeldonDeployment',
    metadata: { name } as Resource['metadata'],
    spec: {
      predictors: [
        {
          name: 'main',
          replicas: 1,
          componentSpecs: [{ spec: { containers } }],
          graph: { name: 'model', type: 'MODEL', children: [] },
        },
      ],
    },
  };
}

function labelled(name: string, operatorClass: string): Resource {
  const { metadata, ...others } = deployment(name);
  return {
    ...others,
    metadata: { ...metadata, labels: { 'seldon.io/controller-id': operatorClass } },
  } as Resource;
}
