import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseManifest } from '#graph';
import { readRenderOptions, render } from './index.js';

type Fields = Readonly<Record<string, unknown>>;

/** Fields of a PodSpec and of its containers that mean nothing to what is rendered. */
const POD = {
  activeDeadlineSeconds: 600,
  affinity: { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1 }] } },
  automountServiceAccountToken: false,
  dnsConfig: { options: [{ name: 'ndots', value: '2' }] },
  dnsPolicy: 'None',
  enableServiceLinks: false,
  hostAliases: [{ ip: '10.0.0.1', hostnames: ['a'] }],
  imagePullSecrets: [{ name: 'pull' }],
  initContainers: [{ name: 'first', image: 'i', restartPolicy: 'Always' }],
  nodeSelector: { pool: 'gpu' },
  priorityClassName: 'high',
  runtimeClassName: 'nvidia',
  securityContext: { fsGroup: 1, seccompProfile: { type: 'RuntimeDefault' } },
  serviceAccountName: 'mine',
  shareProcessNamespace: true,
  terminationGracePeriodSeconds: 77,
  tolerations: [{ key: 'gpu', operator: 'Exists' }],
  topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'zone' }],
  volumes: [{ name: 'mine', persistentVolumeClaim: { claimName: 'c' } }],
};
const CONTAINER = {
  args: ['--a'],
  command: ['run'],
  env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
  envFrom: [{ configMapRef: { name: 'settings' } }],
  imagePullPolicy: 'Always',
  lifecycle: { postStart: { exec: { command: ['warm'] } } },
  livenessProbe: { exec: { command: ['true'] } },
  ports: [{ name: 'own', containerPort: 1234, hostPort: 1234 }],
  readinessProbe: { grpc: { port: 9500 } },
  resources: { limits: { 'nvidia.com/gpu': 1 } },
  securityContext: { capabilities: { add: ['SYS_PTRACE'] } },
  startupProbe: { httpGet: { path: '/up', port: 9000 } },
  stdin: true,
  volumeMounts: [{ name: 'mine', mountPath: '/mine', mountPropagation: 'None' }],
  workingDir: '/app',
};
const LISTS = ['containers', 'initContainers', 'volumes', 'env', 'ports', 'volumeMounts'];

test('every field of a pod and of a container passes through', () => {
  const pod = { ...POD, containers: [{ name: 'model', image: 'm', ...CONTAINER }] };
  expect(missingFrom(podOf(render(parsed(pod), readRenderOptions({}))), pod)).toEqual([]);
});

test('fields that Kubernetes does not have yet pass through', () => {
  const field = fc.stringMatching(/^[a-z]{12,20}$/);
  const value = fc.jsonValue({ maxDepth: 3 }).filter((one) => one !== null);
  fc.assert(
    fc.property(field, value, field, value, (podField, podValue, containerField, containerValue) => {
      const container = { name: 'model', image: 'm', [containerField]: containerValue };
      const rendered = podOf(
        render(parsed({ [podField]: podValue, containers: [container] }), readRenderOptions({})),
      );
      expect(rendered[podField]).toEqual(podValue);
      expect((rendered.containers as Fields[])[0]![containerField]).toEqual(containerValue);
    }),
  );
});

test('the same manifest is rendered to the same objects, and stays as it is', () => {
  const manifest = parsed({ ...POD, containers: [{ name: 'model', image: 'm', ...CONTAINER }] });
  const before = structuredClone(manifest);
  const first = render(manifest, readRenderOptions({}));
  expect(render(manifest, readRenderOptions({}))).toEqual(first);
  expect(manifest).toEqual(before);
});

test("the engine's name is refused for a container of the manifest's own", () => {
  const containers = [
    { name: 'model', image: 'm' },
    { name: 'seldon-container-engine', image: 'e' },
  ];
  expect(() => render(parsed({ containers }), readRenderOptions({}))).toThrow(
    'spec.predictors[0].componentSpecs[0].spec.containers[1].name: seldon-container-engine is the name of the engine',
  );
});

test("a shadow's engine has no stores: nothing of what it chooses is recorded", () => {
  const [live, shadow] = [false, true].map((isShadow) => ({
    name: isShadow ? 'copy' : 'main',
    shadow: isShadow,
    componentSpecs: [{ spec: { containers: [{ name: 'model', image: 'm' }] } }],
    graph: { name: 'model' },
  }));
  const manifest = manifestWith([live!, shadow!]);
  const engines = render(manifest, readRenderOptions({})).filter(({ kind }) => kind === 'Deployment');
  expect(engines.map((engine) => JSON.stringify(engine).includes('switchyard-stores'))).toEqual([
    true,
    false,
  ]);
});

function parsed(spec: Fields) {
  return manifestWith([{ name: 'p', componentSpecs: [{ spec }], graph: { name: 'model' } }]);
}

function manifestWith(predictors: readonly Fields[]) {
  return parseManifest({
    apiVersion: 'machinelearning.seldon.io/v1',
    kind: 'SeldonDeployment',
    metadata: { name: 'd' },
    spec: { predictors },
  });
}

function podOf(objects: ReturnType<typeof render>): Fields {
  const { spec } = objects.find(({ kind }) => kind === 'Deployment') as unknown as {
    spec: { template: { spec: Fields } };
  };
  return spec.template.spec;
}

/** The paths of `part` that `whole` has not, or has otherwise; items of lists that may grow are found by name. */
function missingFrom(whole: unknown, part: unknown, path = ''): string[] {
  if (typeof part !== 'object' || part === null) return whole === part ? [] : [path];
  return Object.entries(part).flatMap(([key, value]) => {
    const list = path.split('.').at(-1)!;
    const other = LISTS.includes(list)
      ? (whole as Fields[]).find(({ name }) => name === (value as Fields).name)
      : (whole as Fields | undefined)?.[key];
    return missingFrom(other, value, `${path}.${key}`);
  });
}
