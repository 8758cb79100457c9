import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse, parseAllDocuments, stringify } from 'yaml';
import { customResourceDefinition, toYaml } from '#kubernetes';
import { missingVectors, operatorCases } from '../libs/kubernetes/src/testing/operator-vectors.js';
import { Cluster, missingCluster } from './cluster.js';

const GOLDEN = 'libs/kubernetes/src/golden';
/** Kinds that every API server has; the others come with Gateway API, Istio and KEDA. */
const BUILT_IN = /^(v1|apps\/v1|autoscaling\/v2|policy\/v1|networking\.k8s\.io\/v1)$/;

interface Resource {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec?: unknown;
}

const run = `sy-${randomBytes(3).toString('hex')}`;
const title = "Kubernetes' API";
const suite = missingCluster === null ? describe : describe.skip;

suite(missingCluster === null ? title : `${title}: ${missingCluster}`, () => {
  let cluster: Cluster;

  beforeAll(async () => {
    cluster = await Cluster.start();
    await apply(customResourceDefinition() as unknown as Resource);
    await cluster.kubectl([
      'wait',
      '--for=condition=Established',
      'crd/seldondeployments.machinelearning.seldon.io',
    ]);
    await createNamespace(run);
  });

  afterAll(async () => {
    await cluster?.kubectl(['delete', 'namespace', run, '--wait=false']);
    await cluster?.stop();
  });

  it('keeps graphs of any depth whole', async () => {
    await create(deployment('deep', { spec: { predictors: [{ name: 'p', graph: chain(25) }] } }));
    const { spec } = await get('deep');
    expect(spec).toEqual({ predictors: [{ name: 'p', graph: chain(25) }] });
  });

  it.each(['v1', 'v1alpha2', 'v1alpha3'])('takes the version %s and gives it as v1', async (version) => {
    const apiVersion = `machinelearning.seldon.io/${version}`;
    await create({ ...deployment(`as-${version}`), apiVersion });
    expect(await get(`as-${version}`)).toMatchObject({ apiVersion: 'machinelearning.seldon.io/v1' });
  });

  const alone = process.env.KUBECONFIG ? it.skip : it;

  alone('is upgraded from a definition that stored v1alpha2, whose objects stay', async () => {
    const before = customResourceDefinition();
    const { versions } = before.spec as { versions: { name: string; storage: boolean }[] };
    for (const version of versions) version.storage = version.name === 'v1alpha2';
    await apply(before as unknown as Resource);
    const old = { ...deployment('old'), apiVersion: 'machinelearning.seldon.io/v1alpha2' };
    await create(old);
    await apply(customResourceDefinition() as unknown as Resource);
    const definition = ['get', 'crd', 'seldondeployments.machinelearning.seldon.io', '-o', 'yaml'];
    expect(parse(await cluster.kubectl(definition)).status.storedVersions.sort()).toEqual(['v1', 'v1alpha2']);
    const kept = { apiVersion: 'machinelearning.seldon.io/v1', spec: old.spec };
    expect(await get('old')).toMatchObject(kept);
    await cluster.kubectl(['annotate', 'sdep', 'old', '-n', run, 'touched=yes']);
    expect(await get('old')).toMatchObject({ ...kept, metadata: { annotations: { touched: 'yes' } } });
  });

  it('shows state, replicas and address under the short name', async () => {
    await create(deployment('shown'));
    const status = {
      state: 'Available',
      replicas: 2,
      address: { url: 'http://shown' },
      experiments: [{ name: 'x' }],
    };
    await cluster.kubectl([
      ...['patch', 'sdep', 'shown', '-n', run, '--subresource=status', '--type=merge', '-p'],
      JSON.stringify({ status }),
    ]);
    expect(await cluster.kubectl(['get', 'sdep', 'shown', '-n', run])).toMatch(
      /NAME +STATE +READY +ADDRESS +AGE\s+shown +Available +2 +http:\/\/shown /,
    );
    expect(await get('shown')).toMatchObject({ status });
  });

  it('scales a deployment by its replicas', async () => {
    await create(deployment('scaled'));
    await cluster.kubectl(['scale', 'sdep', 'scaled', '-n', run, '--replicas=3']);
    expect(await get('scaled')).toMatchObject({ spec: { replicas: 3 } });
  });

  it('names the field of a parameter that was left empty', async () => {
    const graph = { name: 'm', parameters: [{ name: 'run', type: 'STRING', value: null }] };
    const broken = deployment('broken', { spec: { predictors: [{ name: 'p', graph }] } });
    const { stderr } = await cluster.tried(['create', '-f', '-'], stringify(broken));
    expect(stderr).toContain('spec.predictors[0].graph.parameters[0].value');
  });

  it('refuses a field that Seldon does not have, as kubectl asks it to', async () => {
    const typo = deployment('typo', {
      spec: { predictors: [{ name: 'p', graf: {}, graph: { name: 'm' } }] },
    });
    const { stderr } = await cluster.tried(['create', '--validate=strict', '-f', '-'], stringify(typo));
    expect(stderr).toContain('unknown field "spec.predictors[0].graf"');
  });

  it.each(readdirSync(GOLDEN))('takes what is rendered for %s', async (name) => {
    const rendered = resources(readFileSync(join(GOLDEN, name, 'manifests.yaml'), 'utf8'));
    const known = rendered.filter(({ apiVersion }) => BUILT_IN.test(apiVersion)).map(inNamespace);
    const printed = await cluster.kubectl(
      ['apply', '--server-side', '--validate=strict', '-f', '-'],
      toYaml(known),
    );
    expect(printed.trim().split('\n')).toHaveLength(known.length);
  });

  const recorded = missingVectors === null ? it : it.skip;

  recorded("keeps every manifest that was recorded with Seldon's own definition", async () => {
    const manifests = operatorCases()
      .filter(({ namespace }) => namespace !== null)
      .map(({ manifests: [manifest] }, index) => named(manifest as unknown as Resource, `recorded-${index}`));
    await cluster.kubectl(['create', '--validate=strict', '-f', '-'], toYaml(manifests));
    const stored = JSON.parse(await cluster.kubectl(['get', 'sdep', '-n', run, '-o', 'json'])) as {
      items: Resource[];
    };
    for (const { metadata, spec } of manifests) {
      const item = stored.items.find((one) => one.metadata.name === metadata.name);
      expect(item?.spec).toEqual(spec);
    }
    expect(manifests.length).toBeGreaterThan(40);
  });

  async function apply(resource: Resource): Promise<void> {
    await cluster.kubectl(['apply', '--server-side', '-f', '-'], stringify(resource));
  }

  async function create(resource: Resource): Promise<void> {
    await cluster.kubectl(['create', '-f', '-'], stringify(resource));
  }

  async function createNamespace(name: string): Promise<void> {
    await create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  }

  async function get(name: string): Promise<Resource> {
    return parse(await cluster.kubectl(['get', 'sdep', name, '-n', run, '-o', 'yaml'])) as Resource;
  }
});

function deployment(name: string, { spec }: { spec?: unknown } = {}): Resource {
  return {
    apiVersion: 'machinelearning.seldon.io/v1',
    kind: 'SeldonDeployment',
    metadata: { name, namespace: run },
    spec: spec ?? { predictors: [{ name: 'default', graph: { name: 'model' } }] },
  };
}

interface Node {
  readonly name: string;
  readonly parameters: readonly object[];
  readonly children?: readonly Node[];
}

/** Nodes below each other, each with fields of its own. */
function chain(length: number): Node {
  const parameters = [{ name: 'place', type: 'INT', value: String(length) }];
  return { name: `n${length}`, parameters, ...(length > 1 && { children: [chain(length - 1)] }) };
}

function resources(yaml: string): Resource[] {
  return parseAllDocuments(yaml).map((document) => document.toJS() as Resource);
}

/** In the test's own namespace, and without an owner that is not there. */
function inNamespace({ metadata, ...resource }: Resource): Resource {
  const { ownerReferences: _, ...others } = metadata as Resource['metadata'] & { ownerReferences?: unknown };
  return { ...resource, metadata: { ...others, namespace: run } };
}

function named({ metadata, ...resource }: Resource, name: string): Resource {
  return { ...resource, metadata: { ...metadata, name, namespace: run } };
}
