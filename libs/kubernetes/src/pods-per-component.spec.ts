import { expect, test } from '@jest/globals';
import { parseManifest } from '#graph';
import { type KubernetesObject, readRenderOptions, render } from './index.js';

const ANNOTATION = { 'switchyard.io/pod-per-component': 'true' };
const [a, b, c] = ['a', 'b', 'c'].map((name) => ({ name, image: `${name}:1` })) as [Item, Item, Item];

interface Item {
  readonly name: string;
  readonly image?: string;
}

test.each([
  ['appended', [a, b, c]],
  ['put before the others', [c, a, b]],
])('a third model that is %s replaces no pods and changes no Service', (_where, containers) => {
  const before = objectsOf([a, b]);
  const after = objectsOf(containers);
  expect(after).toEqual(expect.arrayContaining(before.filter(({ kind }) => kind !== 'ConfigMap')));
  expect(namesOf(after)).toEqual(
    expect.arrayContaining([...namesOf(before), 'Deployment/d-p-0-c', 'Service/d-p-c']),
  );
});

test('a model that is taken out replaces no other', () => {
  const after = objectsOf([b, c]).filter(({ kind }) => kind !== 'ConfigMap');
  expect(objectsOf([a, b, c])).toEqual(expect.arrayContaining(after));
});

test('a Service finds no pods from before, in which its port is that of another component', () => {
  const service = objectsOf([a, b]).find(({ metadata }) => metadata.name === 'd-p-b')!;
  expect(service.spec).toMatchObject({ selector: ANNOTATION, ports: [{ port: 9000 }, { port: 9500 }] });
});

test('a volume for one model is in the pods of that one alone', () => {
  const mounted = { ...b, volumeMounts: [{ name: 'data', mountPath: '/data' }] };
  const volumes = [{ name: 'data', emptyDir: {} }];
  const workloads = objectsOf([a, mounted], { volumes }).filter(({ kind }) => kind === 'Deployment');
  const mounting = workloads.filter((workload) => JSON.stringify(workload).includes('"name":"data"'));
  expect(mounting.map(({ metadata }) => metadata.name)).toEqual(['d-p-0-b']);
});

test('a container behind no node stays with the only component of its componentSpec', () => {
  const objects = objectsOf([a, { name: 'sidecar', image: 's:1' }]);
  expect(namesOf(objects)).toContain('Deployment/d-p-0-a-sidecar');
});

test('a container behind no node is refused beside several components', () => {
  expect(() => objectsOf([a, b, { name: 'sidecar', image: 's:1' }])).toThrow(
    'spec.predictors[0].componentSpecs[0].spec.containers[2].name: expected the name of a node, got "sidecar": with switchyard.io/pod-per-component',
  );
});

test('a model server without a container is reached by its Service', () => {
  const server = { name: 'served', implementation: 'SKLEARN_SERVER', modelUri: 's3://m' };
  const objects = objectsOf([a], {}, [server]);
  expect(namesOf(objects)).toContain('Deployment/d-p-0-served');
  expect(objects.find(({ kind }) => kind === 'ConfigMap')!.data).toMatchObject({ 'components.yaml': '{}\n' });
});

function namesOf(objects: readonly KubernetesObject[]): string[] {
  return objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`);
}

function objectsOf(containers: readonly Item[], spec: object = {}, others: readonly object[] = []) {
  const nodes = containers
    .filter(({ name }) => name.length === 1)
    .map(({ name }) => ({ name, type: 'MODEL' }));
  const manifest = parseManifest({
    apiVersion: 'machinelearning.seldon.io/v1',
    kind: 'SeldonDeployment',
    metadata: { name: 'd', annotations: ANNOTATION },
    spec: {
      predictors: [
        {
          name: 'p',
          componentSpecs: [{ spec: { ...spec, containers } }],
          graph: { name: 'r', implementation: 'RANDOM', children: [...nodes, ...others] },
        },
      ],
    },
  });
  return render(manifest, readRenderOptions({ route: 'none', networkPolicy: true }));
}
