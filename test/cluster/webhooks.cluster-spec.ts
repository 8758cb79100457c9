import { X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { renewed } from '../../apps/operator/src/webhooks/certificates/certificate-set.js';
import type { CliProcess } from '../cli-process.js';
import { missingHelm } from '../helm.js';
import { missing, type Resource, TestNamespace } from './test-cluster.js';
import { configure, forget, served, trusted, WebhookReplica } from './webhook-replica.js';

const DAY_MS = 24 * 60 * 60_000;
const NOWHERE = 'https://127.0.0.1:1';
const FAIL = ['webhooks.failurePolicy=Fail'];
const NO_CONTAINER = `spec.predictors[0].graph: Can't find container for Predictive Unit: no container is called "other"`;
const reason = missing ?? missingHelm;
const suite = reason === null ? describe : describe.skip;
const because = reason === null ? '' : `: ${reason}`;

suite(`the operator's webhooks${because}`, () => {
  let space: TestNamespace;
  let operator: CliProcess;

  beforeAll(async () => {
    space = await TestNamespace.create();
    await configure(space, NOWHERE, FAIL);
    operator = await started();
  });

  afterAll(async () => {
    if (space) await forget(space);
    await space?.remove();
  });

  it.each(['v1', 'v1alpha2', 'v1alpha3'])(
    "refuse what is invalid in %s, with Seldon's message",
    async (version) => {
      const manifest = { ...deployment('iris', 'other'), apiVersion: `machinelearning.seldon.io/${version}` };
      const { status, stderr } = await applied(manifest);
      expect(stderr.trim()).toBe(`The SeldonDeployment "iris" is invalid: ${NO_CONTAINER}`);
      expect(status).toBe(1);
      expect(await space.names('sdep')).toEqual([]);
    },
  );

  it('admit a valid one, write the types of its models, and leave the rest as it was written', async () => {
    const { spec } = deployment('iris');
    await space.apply(deployment('iris'));
    const stored = await space.get('sdep', 'iris');
    const [predictor] = spec.predictors;
    expect(stored.spec).toEqual({
      predictors: [{ ...predictor, graph: { ...predictor.graph, type: 'MODEL' } }],
    });
    await space.hasState('iris', 'Available');
    expect((await applied(deployment('iris'))).stdout).toMatch(/iris configured/);
    expect((await space.get('sdep', 'iris')).metadata).toMatchObject({ generation: 1 });
  });

  it('refuse an update to what is invalid', async () => {
    expect((await applied(deployment('iris', 'other'))).stderr).toContain(NO_CONTAINER);
    expect((await space.get('sdep', 'iris')).spec.predictors[0].graph.name).toBe('model');
  });

  it('judge a deployment that is to get a generated name', async () => {
    const { metadata: _, ...manifest } = deployment('');
    const named = { ...manifest, metadata: { generateName: 'iris-' } };
    const created = await space.kubectl(['create', '-f', '-', '-o', 'name'], JSON.stringify(named));
    expect(created).toMatch(/\/iris-\w{5}\n/);
    const wrong = { ...deployment('', 'other'), metadata: { generateName: 'iris-' } };
    const refused = await space.cluster.tried(['-n', space.name, 'create', '-f', '-'], JSON.stringify(wrong));
    expect(refused.stderr).toContain(NO_CONTAINER);
    await space.kubectl(['delete', created.trim()]);
  });

  it('leave the deployments of another class alone', async () => {
    const labels = { 'seldon.io/controller-id': 'blue' };
    await space.apply({ ...deployment('blue', 'other'), metadata: { name: 'blue', labels } });
    expect((await space.get('sdep', 'blue')).spec.predictors[0].graph.type).toBeUndefined();
    await space.kubectl(['delete', 'sdep', 'blue']);
  });

  it('lock nobody out while the operator is away, and the status has the same message', async () => {
    await operator.kill('SIGTERM');
    expect((await applied(deployment('unseen'))).stderr).toMatch(/connection refused/);
    await configure(space, NOWHERE, []);
    await space.eventually(
      () => applied(deployment('unseen', 'other')),
      ({ status }) => status === 0,
    );
    await configure(space, NOWHERE, FAIL);
    operator = await started();
    const { status } = await space.hasState('unseen', 'Failed');
    expect(status.description).toBe(NO_CONTAINER);
  });

  it('let what was invalid before be labelled and deleted, with its finalizers, and not changed', async () => {
    await space.kubectl(['label', 'sdep', 'unseen', 'team=blue']);
    await space.kubectl(patch([{ op: 'add', path: '/metadata/finalizers', value: ['switchyard.io/test'] }]));
    const replicas = [{ op: 'add', path: '/spec/replicas', value: 2 }];
    const changed = await space.cluster.tried(['-n', space.name, ...patch(replicas)]);
    expect(changed.stderr).toContain(NO_CONTAINER);
    await space.kubectl(['delete', 'sdep', 'unseen', '--wait=false']);
    await space.kubectl(patch([{ op: 'remove', path: '/metadata/finalizers' }]));
    await space.eventually(
      () => space.names('sdep'),
      (names) => names.join() === 'iris',
    );
  });

  it('serve a certificate that somebody else issues', async () => {
    const { serving, bundle } = await renewed({ serving: {} }, ['127.0.0.1'], new Date());
    const folder = space.file('tls.crt', serving.cert).replace(/\/tls\.crt$/, '');
    space.file('tls.key', serving.key);
    const other = await space.operator({
      args: ['--webhook-certificates', folder, '--webhook-port', '0', '--class', 'blue'],
    });
    expect(await served(await ready(other), bundle)).toMatch(/^[0-9A-F]+$/);
    await other.kill('SIGTERM');
  });

  /** An operator that the configurations lead to, once the API server knows. */
  async function started(): Promise<CliProcess> {
    const args = ['--webhooks', space.name, '--webhook-host', '127.0.0.1', '--webhook-port', '0'];
    const process = await space.operator({ args });
    await configure(space, await ready(process), FAIL);
    await space.eventually(
      () => applied(deployment('probe'), '--dry-run=server'),
      ({ status }) => status === 0,
    );
    return process;
  }

  /** Where it serves webhooks, once it does. */
  async function ready(process: CliProcess): Promise<string> {
    const [, url, webhooks] = await process.says(/metrics on (http:\S+) and webhooks on (https:\S+)/);
    await space.eventually(
      () => fetch(`${url}/ready`),
      ({ ok }) => ok,
    );
    return webhooks!;
  }

  async function applied(manifest: Resource, ...flags: string[]) {
    return space.cluster.tried(['-n', space.name, 'apply', ...flags, '-f', '-'], JSON.stringify(manifest));
  }

  function patch(operations: object[]): string[] {
    return ['patch', 'sdep', 'unseen', '--type=json', '-p', JSON.stringify(operations)];
  }
});

suite(`the webhooks' own certificate${because}`, () => {
  const replicas: WebhookReplica[] = [];
  let now: Date;
  let space: TestNamespace;

  beforeAll(async () => {
    space = await TestNamespace.create();
    at(0);
  });

  afterAll(async () => {
    await Promise.all(replicas.map((replica) => replica.stop()));
    if (space) await forget(space);
    await space?.remove();
  });

  it('is one for all replicas that start at once', async () => {
    await configure(space, NOWHERE, FAIL);
    const started = await Promise.all(Array.from({ length: 4 }, replica));
    const bundles = await trusted(space);
    expect(bundles).toEqual([bundles[0], bundles[0]]);
    const serials = await Promise.all(started.map(({ url }) => served(url, bundles[0]!)));
    expect(new Set(serials).size).toBe(1);
    expect(bundles[0]!.match(/BEGIN/g)).toHaveLength(1);
    await configure(space, started[0]!.url, FAIL);
    await space.eventually(
      () => apply(1),
      ({ status }) => status === 0,
    );
  });

  it('is trusted again when somebody takes the authority out of the configurations', async () => {
    const before = await trusted(space);
    for (const kind of ['validatingwebhookconfiguration', 'mutatingwebhookconfiguration']) {
      const remove = [{ op: 'remove', path: '/webhooks/0/clientConfig/caBundle' }];
      await space.kubectl(['patch', kind, space.name, '--type=json', '-p', JSON.stringify(remove)]);
    }
    await space.eventually(
      () => trusted(space),
      (now) => now.join() === before.join(),
    );
  });

  it.each(['tls.crt', 'tls.key', 'ca.key', 'ca.crt'])('is mended by all when %s is damaged', async (name) => {
    const data = { [name]: Buffer.from('damaged').toString('base64') };
    await space.kubectl(['patch', 'secret', space.name, '-p', JSON.stringify({ data })]);
    await space.eventually(kept, (secret) => secret[name] !== 'damaged');
    await agreed();
    await space.eventually(
      () => apply(2),
      ({ status }) => status === 0,
    );
  });

  it('is made anew when its Secret is deleted', async () => {
    await space.kubectl(['delete', 'secret', space.name]);
    await agreed();
    await space.eventually(
      () => apply(3),
      ({ status }) => status === 0,
    );
  });

  it('is renewed, and its authority as well, while deployments are applied and none is refused', async () => {
    // Of the time before; what it issues is judged by the API server's clock.
    at(-2440);
    await space.kubectl(['delete', 'secret', space.name]);
    await agreed();
    at(-8);
    await space.eventually(
      () => apply(4),
      ({ status }) => status === 0,
    );
    const [before] = await trusted(space);
    const serial = await served(replicas[0]!.url, before!);
    const outcomes = applyWhile(async () => {
      at(-6);
      await space.eventually(
        () => trusted(space),
        ([bundle]) => bundle !== before,
      );
      await agreed();
    });
    expect((await outcomes).filter(({ status }) => status !== 0)).toEqual([]);
    expect((await outcomes).length).toBeGreaterThan(5);
    const [after] = await trusted(space);
    expect(after!.length).toBeGreaterThan(before!.length);
    expect(after!.endsWith(before!)).toBe(true);
    expect(await served(replicas[0]!.url, before!)).not.toBe(serial);
  });

  function at(days: number): void {
    now = new Date(Date.now() + days * DAY_MS);
  }

  async function replica(): Promise<WebhookReplica> {
    const started = await WebhookReplica.start(space, () => now);
    replicas.push(started);
    await space.eventually(
      async () => started.notReady(),
      (problem) => problem === null,
    );
    return started;
  }

  async function kept(): Promise<Readonly<Record<string, string>>> {
    const found = (await space.list('secrets')).find(({ metadata }) => metadata.name === space.name);
    const entries = Object.entries((found?.data ?? {}) as Record<string, string>);
    return Object.fromEntries(entries.map(([name, text]) => [name, Buffer.from(text, 'base64').toString()]));
  }

  /** Waits until every replica serves what the Secret has, and the API server trusts it. */
  async function agreed(): Promise<void> {
    await space.eventually(
      async () => {
        const { 'tls.crt': cert, 'ca.crt': bundle } = await kept();
        const serials = await Promise.all(replicas.map(({ url }) => served(url)));
        return [
          [serialOf(cert), ...serials],
          [bundle, ...(await trusted(space))],
        ];
      },
      (all) => all.every((some) => some[0] !== undefined && new Set(some).size === 1),
    );
  }

  function apply(replicas: number) {
    const manifest = JSON.stringify({
      ...deployment('iris'),
      spec: { ...deployment('iris').spec, replicas },
    });
    return space.cluster.tried(['-n', space.name, 'apply', '-f', '-'], manifest);
  }

  /** Applies again and again until `change` is done, and some times more. */
  async function applyWhile(change: () => Promise<void>) {
    const outcomes: Awaited<ReturnType<typeof apply>>[] = [];
    let isDone = false;
    const changing = change().finally(() => {
      isDone = true;
    });
    for (let i = 0, after = 0; after < 5; i++) {
      if (isDone) after++;
      outcomes.push(await apply(i % 3));
    }
    await changing;
    return outcomes;
  }
});

function serialOf(cert: string | undefined): string | undefined {
  try {
    return new X509Certificate(cert!).serialNumber;
  } catch {
    return undefined;
  }
}

/** One with a node of this name, which has a container if it is called `model`. */
function deployment(name: string, node = 'model'): Resource {
  const containers = [{ name: 'model', image: 'registry.example/iris:1' }];
  return {
    apiVersion: 'machinelearning.seldon.io/v1',
    kind: 'SeldonDeployment',
    metadata: { name } as Resource['metadata'],
    spec: {
      predictors: [{ name: 'main', componentSpecs: [{ spec: { containers } }], graph: { name: node } }],
    },
  };
}
