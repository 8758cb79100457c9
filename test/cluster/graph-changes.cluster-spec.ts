import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { graphDigest } from '#graph';
import type { CliProcess } from '../cli-process.js';
import { PlayedEngines } from './played-engines.js';
import { missing, type Resource, TestNamespace } from './test-cluster.js';

const suite = missing === null ? describe : describe.skip;
const NOWHERE = { pool: 'nowhere' };

suite(`the operator, when graphs change${missing === null ? '' : `: ${missing}`}`, () => {
  let space: TestNamespace;
  let operator: CliProcess;
  let engines: PlayedEngines;

  beforeAll(async () => {
    space = await TestNamespace.create();
    engines = new PlayedEngines(space);
    operator = await space.operator({ graphSeconds: 3000 });
    await space.apply(apart(['a', 'b']));
    await space.hasState('apart', 'Available');
    engines.serve(await graphOf('apart'));
    await engines.start(await podsOf('apart-main-svc-orch'));
  });

  afterAll(async () => {
    engines?.stop();
    await space?.remove();
  });

  it('gives each component pods of its own where that is asked for', async () => {
    expect(await space.names('deployments')).toEqual([
      ...['apart-main-0-a', 'apart-main-0-b', 'apart-main-svc-orch'],
    ]);
    expect(await conditionOf('apart', 'GraphServed')).toMatchObject({ status: 'True', reason: 'Served' });
  });

  it('leaves the graph as it is until the pods that it needs are there, also when it is killed', async () => {
    const before = await graphOf('apart');
    await space.apply(apart(['a', 'b', 'c'], NOWHERE));
    const { status } = await describes('apart', /apart-main-1-c: .*no node takes it/);
    expect(status.state).toBe('Creating');
    expect(await conditionOf('apart', 'Ready')).toMatchObject({ status: 'False', reason: 'Unschedulable' });
    await operator.kill('SIGKILL');
    operator = await space.operator({ graphSeconds: 3000 });
    await space.kubectl(['label', 'deployment', 'apart-main-1-c', 'switchyard.io/deployment-']);
    await space.eventually(
      () => space.get('deployment', 'apart-main-1-c'),
      ({ metadata }) => metadata.labels?.['switchyard.io/deployment'] === 'apart',
    );
    expect(await graphOf('apart')).toMatchObject({
      metadata: { uid: before.metadata.uid },
      data: before.data,
    });
    expect(await conditionOf('apart', 'GraphServed')).toMatchObject({
      ...{ status: 'False', reason: 'GraphChanging' },
      message: expect.stringMatching(/^apart-main-graph-\w+: changes when the pods that the new graph needs/),
    });
  });

  it('adds a third model without replacing the others, and waits for the engines to serve it', async () => {
    const others = await uidsOf(await podsWithout('apart-main-1-c'));
    const before = await graphOf('apart');
    await space.apply(apart(['a', 'b', 'c']));
    await describes('apart', /pod \S+ serves the graph before/);
    const after = await graphOf('apart');
    expect(after.metadata.uid).toBe(before.metadata.uid);
    expect(after.data['deployment.yaml']).toContain('name: c');
    for (const pod of await podsOf('apart-main-svc-orch')) {
      const { metadata } = await space.get('pod', pod);
      const digest = graphDigest(after.data['deployment.yaml'], after.data['components.yaml']);
      expect(metadata.annotations).toMatchObject({ 'switchyard.io/graph': digest });
    }
    engines.refuse('no snapshot knows the arm c');
    const refused = await describes('apart', /refuses the new graph: no snapshot knows the arm c/);
    expect(refused.status.state).toBe('Creating');
    await space.toldOf('apart', /GraphRefused: no snapshot knows the arm c/);
    await operator.kill('SIGKILL');
    operator = await space.operator({ graphSeconds: 3000 });
    await describes('apart', /refuses the new graph/);
    engines.serve(after);
    await space.hasState('apart', 'Available');
    expect(await conditionOf('apart', 'GraphServed')).toMatchObject({ status: 'True' });
    expect(await uidsOf(await podsWithout('apart-main-1-c'))).toEqual(others);
    expect((await graphOf('apart')).metadata.annotations).toBeUndefined();
  });

  it('removes a model only when the engines serve the graph without it', async () => {
    const others = await uidsOf(await podsWithout('apart-main-1-c'));
    await space.apply(apart(['a', 'b']));
    await describes('apart', /serves the graph before/);
    expect(await space.names('deployments,services')).toEqual(
      expect.arrayContaining(['apart-main-1-c', 'apart-main-c']),
    );
    engines.serve(await graphOf('apart'));
    await space.hasState('apart', 'Available');
    expect(await space.names('deployments,services')).not.toContain('apart-main-c');
    expect(await space.names('deployments')).not.toContain('apart-main-1-c');
    expect(await uidsOf(await podsWithout('apart-main-1-c'))).toEqual(others);
  });

  it('goes on after a time where engines cannot be asked, and says so', async () => {
    engines.stop();
    await operator.kill('SIGTERM');
    operator = await space.operator();
    await space.apply(apart(['b', 'a']));
    await describes('apart', /pod \S+ cannot be asked \(.*ECONNREFUSED/);
    await space.hasState('apart', 'Available');
    const condition = { status: 'False', reason: 'NotConfirmed' };
    expect(await conditionOf('apart', 'GraphServed')).toMatchObject(condition);
    await space.toldOf('apart', /GraphNotConfirmed: .*cannot be asked/);
    await operator.kill('SIGTERM');
    operator = await space.operator();
    await space.kubectl(['annotate', 'sdep', 'apart', 'again=1']);
    await space.apply(together(['a', 'b']));
    await space.hasState('together', 'Available');
    expect(await conditionOf('apart', 'GraphServed')).toMatchObject(condition);
  });

  it('removes the Deployment before and its graph only when the new one is available', async () => {
    const before = await graphOf('together');
    const pods = await uidsOf(await podsOf('together-main-0-a-b'));
    await space.apply(together(['a', 'b', 'c'], NOWHERE));
    await describes('together', /together-main-0-a-b-c: .*no node takes it/);
    expect(await graphsOf('together')).toHaveLength(2);
    expect(await space.get('configmap', before.metadata.name)).toMatchObject({ data: before.data });
    expect(await uidsOf(await podsOf('together-main-0-a-b'))).toEqual(pods);
    await space.apply(together(['a', 'b', 'c']));
    await space.eventually(
      () => space.names('deployments'),
      (names) => !names.includes('together-main-0-a-b'),
    );
    expect((await space.get('deployment', 'together-main-0-a-b-c')).status).toMatchObject({
      availableReplicas: 2,
    });
    const [graph] = await space.eventually(
      () => graphsOf('together'),
      (graphs) => graphs.length === 1,
    );
    expect(graph!.metadata.name).not.toBe(before.metadata.name);
    await space.hasState('together', 'Available');
  });

  it('gives a graph at once to engines none of which has ever answered', async () => {
    const componentSpecs = [{ spec: { containers: ['a', 'b'].map(containerOf), nodeSelector: NOWHERE } }];
    await space.apply(deployment({ name: 'stuck' }, ['a', 'b'], componentSpecs));
    await describes('stuck', /no node takes it/);
    const before = await graphOf('stuck');
    await space.apply(deployment({ name: 'stuck' }, ['b', 'a'], componentSpecs));
    const after = await space.eventually(
      () => graphOf('stuck'),
      ({ data }) => data['deployment.yaml'] !== before.data['deployment.yaml'],
    );
    expect(after.metadata.uid).toBe(before.metadata.uid);
    expect(await conditionOf('stuck', 'GraphServed')).toMatchObject({ status: 'False' });
  });

  function describes(name: string, pattern: RegExp): Promise<Resource> {
    return space.eventually(
      () => space.get('sdep', name),
      ({ status }) => pattern.test(status?.description ?? ''),
    );
  }

  async function conditionOf(name: string, type: string) {
    const { status } = await space.get('sdep', name);
    return status.conditions.find((condition: { type: string }) => condition.type === type);
  }

  async function graphsOf(name: string): Promise<Resource[]> {
    const configs = await space.list('configmaps');
    return configs.filter(({ metadata }) => metadata.name.startsWith(`${name}-main-graph-`));
  }

  async function graphOf(name: string): Promise<Resource> {
    return (await graphsOf(name))[0]!;
  }

  async function podsOf(workload: string): Promise<string[]> {
    return (await space.names('pods')).filter((pod) => new RegExp(`^${workload}-\\w+-\\w+$`).test(pod));
  }

  async function podsWithout(workload: string): Promise<string[]> {
    return (await space.names('pods')).filter((pod) => pod.startsWith('apart-') && !pod.startsWith(workload));
  }

  async function uidsOf(names: readonly string[]): Promise<Record<string, string>> {
    const pods = (await space.list('pods')).filter(({ metadata }) => names.includes(metadata.name));
    return Object.fromEntries(pods.map(({ metadata }) => [metadata.name, metadata.uid]));
  }
});

/** A pod for each model; the third is in a componentSpec of its own. */
function apart(names: readonly string[], nodeSelector?: object): Resource {
  const specs = [names.slice(0, 2), names.slice(2)].filter((some) => some.length > 0);
  const componentSpecs = specs.map((some, place) => ({
    spec: { containers: some.map(containerOf), ...(place === 1 && { nodeSelector }) },
  }));
  const annotations = { 'switchyard.io/pod-per-component': 'true' };
  return deployment({ name: 'apart', annotations }, names, componentSpecs);
}

function together(names: readonly string[], nodeSelector?: object): Resource {
  return deployment({ name: 'together' }, names, [
    { spec: { containers: names.map(containerOf), nodeSelector } },
  ]);
}

function containerOf(name: string) {
  return { name, image: `registry.example/${name}:1` };
}

function deployment(metadata: object, names: readonly string[], componentSpecs: readonly object[]): Resource {
  const children = names.map((name) => ({ name, type: 'MODEL', children: [] }));
  return {
    apiVersion: 'machinelearning.seldon.io/v1',
    kind: 'SeldonDeployment',
    metadata: metadata as Resource['metadata'],
    spec: {
      predictors: [
        {
          ...{ name: 'main', replicas: 2, componentSpecs },
          graph: { name: 'router', implementation: 'RANDOM', children },
        },
      ],
    },
  };
}
