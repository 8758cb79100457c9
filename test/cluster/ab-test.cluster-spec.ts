import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import type { CliProcess } from '../cli-process.js';
import { missing, type Resource, TestNamespace } from './test-cluster.js';

const AB_TEST = readFileSync('libs/graph/fixtures/ab-test.yaml.txt', 'utf8');
const WORKLOAD = 'ab-test-ab-test-deployment-0-transformer-router-model-a-model-b';
const SERVICE = 'ab-test-ab-test-deployment';
const suite = missing === null ? describe : describe.skip;

suite(`the operator, with the A/B deployment${missing === null ? '' : `: ${missing}`}`, () => {
  let space: TestNamespace;
  let operator: CliProcess;

  beforeAll(async () => {
    space = await TestNamespace.create();
    operator = await space.operator();
    await space.apply(AB_TEST);
  });

  afterAll(async () => {
    await space?.remove();
  });

  it("makes it available, with Seldon's status", async () => {
    const { status } = await space.hasState('ab-test', 'Available');
    expect(status).toMatchObject({
      replicas: 2,
      address: { url: `http://${SERVICE}.${space.name}.svc.cluster.local:8000/api/v1.0/predictions` },
      deploymentStatus: { [WORKLOAD]: { replicas: 2, availableReplicas: 2 } },
    });
    expect(Object.keys(status.serviceStatus).sort()).toEqual([
      SERVICE,
      ...['model-a', 'model-b', 'router', 'transformer'].map((name) => `${SERVICE}-${name}`),
    ]);
    expect(status.description).toBeUndefined();
  });

  it('shows it to kubectl get sdep', async () => {
    expect(await space.kubectl(['get', 'sdep'])).toMatch(
      /NAME +STATE +READY +ADDRESS +AGE\nab-test +Available +2 +http:\/\/\S+:8000\/api\/v1.0\/predictions +\d+/,
    );
  });

  it('says that nothing is recorded where it has no stores', async () => {
    const { status } = await space.get('sdep', 'ab-test');
    expect(status.conditions).toContainEqual(
      expect.objectContaining({ type: 'Recorded', status: 'False', reason: 'NoStores' }),
    );
    expect(await space.names('secrets')).toEqual([]);
  });

  it('owns every object by the deployment', async () => {
    const objects = await space.list('deployments,services,configmaps');
    const made = objects.filter(({ metadata }) => metadata.labels?.['switchyard.io/deployment']);
    expect(made).toHaveLength(7);
    for (const { metadata } of made) {
      expect(metadata.ownerReferences).toEqual([
        expect.objectContaining({ kind: 'SeldonDeployment', name: 'ab-test', controller: true }),
      ]);
    }
  });

  it('changes the graph for the pods that are there, and not for an annotation of somebody else', async () => {
    const pods = await space.names('pods');
    const [before] = await graphs();
    await space.kubectl(['annotate', 'sdep', 'ab-test', 'team=blue', 'seldon.io/rest-timeout=4000']);
    const [after] = await space.eventually(graphs, ([graph]) => /rest-timeout/.test(textOf(graph)));
    expect(after!.metadata.uid).toBe(before!.metadata.uid);
    await space.kubectl(['annotate', 'sdep', 'ab-test', 'team=red', '--overwrite']);
    await space.kubectl(['annotate', 'sdep', 'ab-test', 'seldon.io/rest-timeout-']);
    const [again] = await space.eventually(graphs, ([graph]) => textOf(graph) === textOf(before));
    expect(again!.metadata.uid).toBe(before!.metadata.uid);
    await space.hasState('ab-test', 'Available');
    expect(await space.names('pods')).toEqual(pods);
  });

  it('keeps what serves until the third model is there too', async () => {
    const before = await space.get('deployment', WORKLOAD);
    const seen: boolean[] = [];
    await space.apply(withThirdModel());
    const changed = await space.eventually(
      async () => {
        const deployments = await space.list('deployments');
        const isServed = deployments.some(({ status }) => status?.availableReplicas === 2);
        seen.push(isServed);
        return deployments;
      },
      (deployments) => deployments.length === 1 && deployments[0]!.metadata.uid !== before.metadata.uid,
    );
    // The name with the new container is longer than Kubernetes allows.
    expect(changed[0]!.metadata.name).toMatch(/^seldon-[0-9a-f]{32}$/);
    expect(seen).not.toContain(false);
    await space.hasState('ab-test', 'Available');
    expect(await space.names('services')).toContain(`${SERVICE}-model-c`);
    await space.toldOf(
      'ab-test',
      /Removed: Deployment\/\S+-model-b is removed: the manifest no longer has it/,
    );
  });

  it('goes on serving when an update is not valid, and says why', async () => {
    const [served] = (await space.list('deployments')) as [Resource];
    const broken = withThirdModel();
    broken.spec.predictors[0].graph.children[0].children[2].name = 'model-d';
    await space.apply(broken);
    const { status } = await space.hasState('ab-test', 'Failed');
    expect(status.description).toMatch(/Can't find container for Predictive Unit/);
    expect(status.replicas).toBe(2);
    expect(await space.list('deployments')).toMatchObject([
      { metadata: { uid: served.metadata.uid }, status: { availableReplicas: 2 } },
    ]);
    await space.toldOf('ab-test', /Failed: .*Can't find container/);
  });

  it('goes on serving when the API server refuses a part of an update', async () => {
    const [before] = await graphs();
    const broken = withThirdModel();
    broken.spec.predictors[0].graph.parameters[0].value = 'another';
    broken.spec.predictors[0].componentSpecs[0].spec.containers[0].volumeMounts = [
      { name: 'nowhere', mountPath: '/nowhere' },
    ];
    await space.apply(broken);
    const { status } = await space.hasState('ab-test', 'Failed');
    expect(status.description).toMatch(/volumeMounts\[\d\].name: Not found: "nowhere"/);
    expect(await graphs()).toMatchObject([{ metadata: { name: before!.metadata.name }, data: before!.data }]);
    await space.apply(AB_TEST);
    await space.hasState('ab-test', 'Available');
  });

  it('leaves nothing behind when it is deleted', async () => {
    await space.kubectl(['delete', 'sdep', 'ab-test']);
    await space.eventually(
      () => space.names('deployments,replicasets,pods,services,secrets,horizontalpodautoscalers'),
      (names) => names.length === 0,
    );
    expect(await space.names('configmaps')).toEqual(['kube-root-ca.crt']);
    expect((await operator.kill('SIGTERM')).status).toBe(0);
  });

  async function graphs(): Promise<Resource[]> {
    const configs = await space.list('configmaps');
    return configs.filter(({ metadata }) => metadata.name.startsWith(`${SERVICE}-graph-`));
  }
});

function textOf(graph: Resource | undefined): string {
  return graph?.data['deployment.yaml'];
}

function withThirdModel(): Resource {
  const manifest = parse(AB_TEST) as Resource;
  const [predictor] = manifest.spec.predictors;
  const { containers } = predictor.componentSpecs[0].spec;
  containers.push({ ...containers[3], name: 'model-c' });
  const { children } = predictor.graph.children[0];
  children.push({ ...children[1], name: 'model-c' });
  return manifest;
}
