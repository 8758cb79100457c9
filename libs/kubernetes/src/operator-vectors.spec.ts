import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parseManifest } from '#graph';
import { deploymentAddresses, readRenderOptions, render } from './index.js';
import { type Difference, differencesBetween } from './testing/differences.js';
import { KNOWN_DIFFERENCES } from './testing/operator-differences.js';
import { missingVectors, type OperatorCase, operatorCases } from './testing/operator-vectors.js';

/** Recorded without the webhook, which would have refused them, or refused by Seldon's operator itself. */
const REFUSED: Readonly<Record<string, RegExp>> = {
  model_invalid2: /graph\.name: expected a name .*, got "mean-classifier_"/,
  't-bad_duplicate_predictor_name': /Duplicate predictor name: "mymodel"/,
  't-bad_no_graph': /spec\.predictors\[0\]\.graph: expected a mapping, got nothing/,
};
/** Seldon's operator gave up on them: nothing to compare a Deployment with. */
const GIVEN_UP = ['loadtest_simple_model', 'model_bad_volume'];

const all = operatorCases();
const compared = all.filter(({ name }) => !(name in REFUSED) && !GIVEN_UP.includes(name));

const title = "what is rendered beside what Seldon's operator made";
const suite = missingVectors === null ? describe : describe.skip;

suite(missingVectors === null ? title : `${title}: ${missingVectors}`, () => {
  test.each(compared.map((one) => [one.name, one] as const))('%s agrees but for what is listed', (_, one) => {
    const unlisted = differencesOf(one).filter(({ path }) => !isKnown(path));
    expect(unlisted).toEqual([]);
  });

  test.each(compared.map((one) => [one.name, one] as const))('%s has the same addresses', (_, one) => {
    const { address, serviceStatus } = one.status[0]!;
    const served = Object.entries(serviceStatus!).filter(([, status]) => status.explainerFor === undefined);
    expect(deploymentAddresses(manifestOf(one), readRenderOptions({}))).toEqual({
      address,
      serviceStatus: Object.fromEntries(served),
    });
  });

  test.each(KNOWN_DIFFERENCES.map((known) => [known.what, known] as const))(
    'still different: %s',
    (_, { paths }) => {
      const found = compared.flatMap(differencesOf).filter(({ path }) => paths.test(path));
      expect(found).not.toEqual([]);
    },
  );

  test.each(Object.entries(REFUSED))('%s is refused with the reason', (name, reason) => {
    const one = all.find((other) => other.name === name)!;
    expect(() => objectsOf(one)).toThrow(reason);
  });

  test('a graph without any container gets an engine of its own, where Seldon gives up', () => {
    const one = all.find(({ name }) => name === 'loadtest_simple_model')!;
    const names = objectsOf(one).map(({ kind, metadata }) => `${kind}/${metadata.name}`);
    expect(names).toEqual([
      expect.stringMatching(/^ConfigMap\/seldon-core-loadtest-loadtest-graph-[0-9a-f]{8}$/),
      'Deployment/seldon-core-loadtest-loadtest-svc-orch',
      'Service/seldon-core-loadtest-loadtest',
    ]);
  });

  test('a volume that is not there is left for the API server to refuse', () => {
    const one = all.find(({ name }) => name === 'model_bad_volume')!;
    const workload = JSON.stringify(objectsOf(one).find(({ kind }) => kind === 'Deployment'));
    expect(workload).toContain('{"name":"myvolume","mountPath":"/tmp/vol"}');
  });
});

test('the documentation has the table of differences', () => {
  const documentation = readFileSync('docs/kubernetes.md', 'utf8').replace(/ +/g, ' ');
  for (const { what, reason } of KNOWN_DIFFERENCES) {
    expect(documentation).toContain(`| ${what} | ${reason} |`);
  }
});

function isKnown(path: string): boolean {
  return KNOWN_DIFFERENCES.some(({ paths }) => paths.test(path));
}

function differencesOf(one: OperatorCase): Difference[] {
  return differencesBetween(withOneEndpointType(one).objects, objectsOf(one));
}

function objectsOf(one: OperatorCase) {
  return render(manifestOf(one), readRenderOptions({ route: 'none' }));
}

function manifestOf(one: OperatorCase) {
  const [manifest] = withOneEndpointType(one).manifests;
  const metadata = { ...manifest!.metadata, namespace: one.namespace ?? 'default' };
  return parseManifest({ ...manifest, metadata });
}

/** One case was recorded with nodes of both types, which the webhook refuses: it is compared as all REST. */
function withOneEndpointType(one: OperatorCase): OperatorCase {
  if (one.name !== 'own-separate-engine') return one;
  const text = JSON.stringify(one).replaceAll('"type":"GRPC"', '"type":"REST"');
  return JSON.parse(text, (_key, value) => asRest(value)) as OperatorCase;
}

function asRest(value: unknown): unknown {
  const {
    name,
    value: port,
    tcpSocket,
  } = (value ?? {}) as {
    name?: string;
    value?: string;
    tcpSocket?: { port: number };
  };
  if (name === 'PREDICTIVE_UNIT_SERVICE_PORT') return { name, value: port!.replace('95', '90') };
  if (tcpSocket && tcpSocket.port >= 9500) {
    return { ...(value as object), tcpSocket: { port: tcpSocket.port - 500 } };
  }
  return value;
}
