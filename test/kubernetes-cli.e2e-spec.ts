import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { CliProcess, type Finished } from './cli-process.js';

const AB_TEST = resolve('libs/kubernetes/src/golden/ab-test/deployment.yaml');
const CANARY = resolve('libs/kubernetes/src/golden/canary-and-shadow/deployment.yaml');
const cwd = mkdtempSync(join(tmpdir(), 'switchyard-render-'));

afterAll(() => rmSync(cwd, { recursive: true }));

interface Printed {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace: string };
}

function run(...args: string[]): Promise<Finished> {
  return new CliProcess(args, { cwd }).finished;
}

function documents(yaml: string): Printed[] {
  return parseAllDocuments(yaml).map((document) => document.toJS() as Printed);
}

function file(name: string, yaml: string): string {
  const path = join(cwd, name);
  writeFileSync(path, yaml);
  return path;
}

describe('switchyard render', () => {
  it('prints what serves every deployment of every file', async () => {
    const { status, stdout } = await run('render', '-f', AB_TEST, '-f', CANARY);
    const routes = documents(stdout).filter(({ kind }) => kind === 'HTTPRoute');
    expect(routes.map(({ metadata }) => metadata)).toMatchObject([
      { name: 'ab-test', namespace: 'default' },
      { name: 'penguins', namespace: 'models' },
    ]);
    expect(status).toBe(0);
  });

  it('puts into a namespace what names none', async () => {
    const { stdout } = await run('render', '-f', AB_TEST, '-f', CANARY, '-n', 'other');
    const namespaces = documents(stdout).map(({ metadata }) => metadata.namespace);
    expect([...new Set(namespaces)]).toEqual(['other', 'models']);
  });

  it('renders with the options that are set', async () => {
    const { stdout } = await run(
      ...['render', '-f', AB_TEST, '--set', 'engine.image=registry.example/sy:7'],
      ...['--set', 'route=none', '--set', 'networkPolicy=true'],
    );
    const kinds = documents(stdout).map(({ kind }) => kind);
    expect(kinds).toContain('NetworkPolicy');
    expect(kinds).not.toContain('HTTPRoute');
    expect(stdout).toContain('image: registry.example/sy:7\n');
  });

  it.each([
    ['engine.imag=x', '--set engine.imag: there is no such option'],
    ['route=traefik', '--set route: expected one of "gateway"|"istio"|"ingress"|"none", got "traefik"'],
    ['networkPolicy=5', '--set networkPolicy: expected boolean, got 5'],
    ['route', '--set takes key=value'],
    ['__proto__.polluted=1', '--set takes key=value'],
    ['host={', '--set host: expected YAML, got {'],
  ])('refuses --set %s', async (assignment, message) => {
    const { status, stderr, stdout } = await run('render', '-f', AB_TEST, '--set', assignment);
    expect(stderr).toContain(message);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  });

  it('names every problem of a manifest that Kubernetes could not run', async () => {
    const path = file(
      'names.yaml',
      `apiVersion: machinelearning.seldon.io/v1
kind: SeldonDeployment
metadata: {name: names}
spec:
  predictors:
  - name: Main_1
    annotations: {seldon.io/svc-name: not.a.label}
    componentSpecs: [{spec: {containers: [{name: my_model, image: a}]}}]
    graph: {name: my_model, children: [{name: served, implementation: TRITON_SERVER, modelUri: 'gs://a/b'}]}
`,
    );
    const { status, stderr } = await run('render', '-f', path);
    for (const problem of [
      'spec.predictors[0].name: expected a DNS label',
      'spec.predictors[0].annotations["seldon.io/svc-name"]: expected a DNS label',
      'spec.predictors[0].componentSpecs[0].spec.containers[0].name: expected a DNS label',
      'spec.predictors[0].graph.children[0]: no image is known for TRITON_SERVER under protocol seldon: set servers.TRITON_SERVER.seldon',
    ]) {
      expect(stderr).toContain(problem);
    }
    expect(status).toBe(1);
  });

  it('does not split traffic by an Ingress', async () => {
    const { status, stderr } = await run('render', '-f', CANARY, '--set', 'route=ingress');
    expect(stderr).toContain('spec.predictors: an Ingress cannot split or copy traffic');
    expect(status).toBe(1);
  });
});

describe('switchyard crd', () => {
  it('prints the definition with its three versions', async () => {
    const { status, stdout } = await run('crd');
    expect(documents(stdout)).toMatchObject([
      {
        kind: 'CustomResourceDefinition',
        metadata: { name: 'seldondeployments.machinelearning.seldon.io' },
        spec: {
          versions: [
            { name: 'v1', storage: true, served: true },
            { name: 'v1alpha2', storage: false, served: true },
            { name: 'v1alpha3', storage: false, served: true },
          ],
        },
      },
    ]);
    expect(status).toBe(0);
  });
});

describe('switchyard migrate-from-seldon', () => {
  it('ends with 0 where everything is supported, and says what keeps its name', async () => {
    const { status, stdout } = await run('migrate-from-seldon', '-f', AB_TEST);
    expect(stdout).toContain('default/ab-test: everything in it is supported\n');
    expect(stdout).toContain(
      '- Deployment/ab-test-ab-test-deployment-0-transformer-router-model-a-model-b\n',
    );
    expect(stdout).toContain('without seldon.io/rest-timeout a call may take 30 seconds');
    expect(status).toBe(0);
  });

  it('ends with 1 and names what is not supported', async () => {
    const path = file(
      'unsupported.yaml',
      `apiVersion: machinelearning.seldon.io/v1
kind: SeldonDeployment
metadata: {name: odd}
spec:
  serverType: kafka
  annotations: {seldon.io/ambassador-retries: '3', seldon.io/rest-timeout: '1000'}
  predictors:
  - name: main
    explainer: {type: AnchorTabular, modelUri: 'gs://a/b'}
    ssl: {certSecretName: certificates}
    engineResources: {requests: {cpu: '1'}}
    componentSpecs: [{pdbSpec: {minAvailable: 1}, spec: {containers: [{name: eg, image: 'seldonio/mab_epsilon_greedy:1.1'}, {name: a, image: m}, {name: b, image: m}]}}]
    graph:
      name: eg
      type: ROUTER
      parameters: [{name: n_branches, type: INT, value: '2'}]
      children: [{name: a, endpoint: {type: GRPC}}, {name: b, endpoint: {type: GRPC}}]
`,
    );
    const { status, stdout } = await run('migrate-from-seldon', '-f', path);
    for (const line of [
      'default/odd: 3 things in it are not supported',
      'spec.serverType: Kafka is not served',
      'spec.predictors[0].explainer: explainers (AnchorTabular) are not served',
      'spec.predictors[0].ssl: the engine speaks no TLS',
      'spec.annotations: seldon.io/ambassador-retries: without effect',
      "spec.predictors[0].engineResources: counts here; Seldon's operator ignores it",
      'spec.predictors[0].componentSpecs: each PodDisruptionBudget selects',
      'spec.predictors[0].graph.children[0].endpoint.type: is always called over gRPC',
    ]) {
      expect(stdout).toContain(line);
    }
    expect(stdout).toMatch(/- spec\.predictors: .*eg.*/);
    expect(status).toBe(1);
  });
});
