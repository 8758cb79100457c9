import { expect, test } from '@jest/globals';
import { parseManifest } from '#graph';
import { type KubernetesObject, readRenderOptions, render } from './index.js';

const model = { name: 'model', image: 'm:1', env: [{ name: 'A', value: '1' }] };
const before = configOf({});

test('a graph that changes for pods that stay is in the same ConfigMap', () => {
  const after = configOf({ annotations: { 'seldon.io/rest-timeout': '4000' } });
  expect(after.metadata.name).toBe(before.metadata.name);
  expect(after.data).not.toEqual(before.data);
});

test.each([
  ['a container', { containers: [{ ...model, image: 'm:2' }] }],
  ['the engine', { options: { engine: { image: 'switchyard:2' } } }],
  ['the protocol, which a router keeps until it ends', { protocol: 'v2' }],
])('pods that are replaced for %s have a ConfigMap of their own', (_what, change) => {
  expect(configOf(change).metadata.name).not.toBe(before.metadata.name);
});

test('the order of fields, and replicas, replace nothing', () => {
  const { env, ...others } = model;
  expect(configOf({ containers: [{ env, ...others }], replicas: 3 })).toEqual(before);
});

test('the pods mount the ConfigMap that goes with them', () => {
  const workload = objectsOf({}).find(({ kind }) => kind === 'Deployment');
  expect(JSON.stringify(workload)).toContain(`"configMap":{"name":"${before.metadata.name}"}`);
});

test('the name of a long one is short enough', () => {
  const { name } = configOf({ name: 'd'.repeat(63) }).metadata;
  expect(name).toMatch(/^seldon-[0-9a-f]{32}-graph-[0-9a-f]{8}$/);
});

interface Change {
  readonly name?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly containers?: readonly object[];
  readonly replicas?: number;
  readonly protocol?: string;
  readonly options?: object;
}

function configOf(change: Change): KubernetesObject {
  return objectsOf(change).find(({ kind }) => kind === 'ConfigMap')!;
}

function objectsOf(change: Change) {
  const { name = 'd', annotations = {}, containers = [model], replicas = 1, protocol, options } = change;
  const predictor = {
    name: 'p',
    replicas,
    componentSpecs: [{ spec: { containers } }],
    graph: { name: 'model' },
  };
  const manifest = parseManifest({
    apiVersion: 'machinelearning.seldon.io/v1',
    kind: 'SeldonDeployment',
    metadata: { name, annotations },
    spec: { protocol, predictors: [predictor] },
  });
  return render(manifest, readRenderOptions(options ?? {}));
}
