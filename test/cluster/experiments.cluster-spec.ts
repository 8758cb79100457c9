import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type Experiment, ExperimentStore, Ledger, RewardLedger } from '#experiments';
import { StorageModule } from '#storage';
import type { CliProcess } from '../cli-process.js';
import { missing, type Resource, TestNamespace } from './test-cluster.js';

const suite = missing === null ? describe : describe.skip;

suite(`the operator, with stores${missing === null ? '' : `: ${missing}`}`, () => {
  let space: TestNamespace;
  let operator: CliProcess;
  let stores: { databaseUrl: string; redisUrl: string };
  let storage: INestApplicationContext;

  beforeAll(async () => {
    space = await TestNamespace.create();
    stores = await TestNamespace.storeUrls();
    storage = await NestFactory.createApplicationContext(StorageModule.forRoot(stores), { logger: false });
    operator = await space.operator({ stores });
    await space.apply(deployment(['a', 'b'], 0.2));
    await space.hasState('bandit', 'Available');
  });

  afterAll(async () => {
    await storage?.close();
    await space?.remove();
  });

  it('declares the experiments of the manifest, and shows what they do', async () => {
    const { status } = await space.get('sdep', 'bandit');
    expect(status.experiments).toEqual([
      { name: 'main.router', revision: 1, policy: 'epsilon-greedy', probabilities: { a: 0.5, b: 0.5 } },
    ]);
    expect(status.conditions).toContainEqual(
      expect.objectContaining({ type: 'Recorded', status: 'True', reason: 'Recorded' }),
    );
    expect((await experiment()).current).toMatchObject({ source: 'manifest', author: 'switchyard-operator' });
  });

  it("gives engines the stores' URLs in a Secret, and new pods when those change", async () => {
    const { data, metadata } = await space.get('secret', 'switchyard-stores');
    expect(decoded(data)).toEqual({
      DATABASE_URL: stores.databaseUrl,
      REDIS_URL: stores.redisUrl,
      SWITCHYARD_RECEIPT_KEY: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(metadata.labels).toEqual({ 'app.kubernetes.io/managed-by': 'switchyard-operator' });
    const annotations = async () =>
      (await space.list('deployments'))[0]!.spec.template.metadata.annotations['switchyard.io/stores'];
    const before = await annotations();
    await operator.kill('SIGTERM');
    const urls = { ...stores, databaseUrl: `${stores.databaseUrl}?application_name=engine` };
    operator = await space.operator({ stores: urls });
    await space.eventually(annotations, (now) => now !== before);
    const after = decoded((await space.get('secret', 'switchyard-stores')).data);
    expect(after).toMatchObject({ DATABASE_URL: urls.databaseUrl });
    expect(after.SWITCHYARD_RECEIPT_KEY).toBe(decoded(data).SWITCHYARD_RECEIPT_KEY);
  });

  it('keeps what the API changed when the manifest is applied again', async () => {
    const { id, current } = await experiment();
    const patch = { options: { epsilon: 0.5 } };
    await storage.get(ExperimentStore).revise(id, current.revision, patch, 'somebody');
    await space.kubectl(['annotate', 'sdep', 'bandit', 'again=1']);
    await operator.kill('SIGTERM');
    operator = await space.operator({ stores });
    await showsRevision(2);
    expect((await experiment()).current).toMatchObject({
      ...{ revision: 2, source: 'api' },
      config: { options: { epsilon: 0.5 } },
    });
    expect((await space.get('sdep', 'bandit')).spec.predictors[0].graph.parameters[0].value).toBe('0.2');
  });

  it('makes a revision of what changed in the manifest', async () => {
    await space.apply(deployment(['a', 'b'], 0.3));
    await showsRevision(3);
    expect((await experiment()).current).toMatchObject({
      ...{ source: 'manifest', changes: [{ field: 'options.epsilon', from: 0.5, to: 0.3 }] },
    });
  });

  it('keeps the evidence of the other arms when one is added or removed', async () => {
    await reward('a', 3);
    await reward('b', 1);
    const before = evidenceOf(await experiment());
    expect(before).toMatchObject({ a: { decisions: 3, pulls: 3 }, b: { decisions: 1, pulls: 1 } });
    await space.apply(deployment(['a', 'b', 'c'], 0.3));
    await showsRevision(4);
    expect(evidenceOf(await experiment())).toEqual({ ...before, c: expect.objectContaining({ pulls: 0 }) });
    const { status } = await space.hasState('bandit', 'Available');
    expect(Object.keys(status.experiments[0].probabilities)).toEqual(['a', 'b', 'c']);
    await space.apply(deployment(['a', 'c'], 0.3));
    await showsRevision(5);
    expect(evidenceOf(await experiment())).toMatchObject({ a: before.a, c: { pulls: 0 } });
  });

  it('shows new probabilities in the status alone', async () => {
    await reward('a', 20);
    await reward('c', 5, 0);
    const { generation } = (await space.get('sdep', 'bandit')).metadata as { generation?: number };
    const { metadata } = await space.eventually(
      () => space.get('sdep', 'bandit'),
      ({ status }) => status.experiments[0].probabilities.a > 0.8,
    );
    expect(metadata).toMatchObject({ generation });
  });

  it('serves a deployment while Postgres is away, and declares its experiments later', async () => {
    const away = { ...stores, databaseUrl: 'postgres://switchyard@127.0.0.1:1/none' };
    const other = await TestNamespace.create();
    const without = await other.operator({ stores: away });
    await other.apply(deployment(['a', 'b'], 0.2));
    const { status } = await other.hasState('bandit', 'Available');
    expect(status.conditions).toContainEqual(
      expect.objectContaining({ type: 'Recorded', status: 'False', reason: 'StoresUnavailable' }),
    );
    await without.kill('SIGTERM');
    await other.operator({ stores });
    await other.eventually(
      () => other.get('sdep', 'bandit'),
      ({ status: now }) => now.experiments?.[0].revision === 1,
    );
    await other.remove();
  });

  it('leaves a Secret that somebody else made as it is', async () => {
    const other = await TestNamespace.create();
    await other.kubectl([
      'create',
      'secret',
      'generic',
      'switchyard-stores',
      '--from-literal=REDIS_URL=redis://own',
    ]);
    await other.operator({ stores });
    await other.apply(deployment(['a', 'b'], 0.2));
    await other.hasState('bandit', 'Available');
    await other.kubectl(['delete', 'sdep', 'bandit']);
    await other.eventually(
      () => other.names('deployments'),
      (names) => names.length === 0,
    );
    expect(decoded((await other.get('secret', 'switchyard-stores')).data)).toEqual({
      REDIS_URL: 'redis://own',
    });
    await other.remove();
  });

  it('records nothing of a shadow, and says so', async () => {
    const shadowed = deployment(['a', 'b'], 0.2);
    const [main] = shadowed.spec.predictors;
    const copy = { ...main, name: 'copy', shadow: true };
    await space.apply({
      ...{ ...shadowed, metadata: { name: 'shadowed' } },
      spec: { predictors: [main, copy] },
    });
    const { status } = await space.hasState('shadowed', 'Available');
    expect(status.experiments.map(({ name }: { name: string }) => name)).toEqual(['main.router']);
    expect(status.conditions).toContainEqual(
      expect.objectContaining({
        type: 'Recorded',
        status: 'True',
        message: expect.stringMatching(/shadow copy/),
      }),
    );
    expect(await storage.get(ExperimentStore).find(`${space.name}.shadowed.copy.router`)).toBeNull();
    const engine = await space.get('deployment', 'shadowed-copy-0-a-b');
    expect(engine.spec.template.metadata.annotations).not.toHaveProperty(['switchyard.io/stores']);
    await space.kubectl(['delete', 'sdep', 'shadowed']);
  });

  it('takes its Secret away with the last deployment of a namespace, and keeps the evidence', async () => {
    await space.kubectl(['delete', 'sdep', 'bandit']);
    await space.eventually(
      () => space.names('secrets'),
      (names) => names.length === 0,
    );
    expect(evidenceOf(await experiment())).toMatchObject({ a: { pulls: 23 } });
  });

  async function experiment(): Promise<Experiment> {
    return (await storage.get(ExperimentStore).find(`${space.name}.bandit.main.router`))!;
  }

  function showsRevision(revision: number): Promise<Resource> {
    return space.eventually(
      () => space.get('sdep', 'bandit'),
      ({ status }) => status.experiments?.[0].revision === revision,
    );
  }

  /** Decisions for one arm, and the reward of each. */
  async function reward(arm: string, count: number, value = 1): Promise<void> {
    const { id, current, evidenceVersion } = await experiment();
    const decisions = Array.from({ length: count }, () => ({
      ...{ experimentId: id, id: randomUUID(), at: Date.now(), revision: current.revision, evidenceVersion },
      ...{ unit: null, arm, propensity: 0.5 },
      probabilities: current.config.arms.map(() => 1 / current.config.arms.length),
    }));
    for (const decision of decisions) {
      await storage.get(RewardLedger).add({ decision, metric: 'reward', value, key: decision.id });
    }
    await storage.get(Ledger).fold(id, decisions);
  }
});

function evidenceOf({ evidence }: Experiment) {
  return Object.fromEntries(evidence.map((item) => [item.arm, item]));
}

function decoded(data: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(data).map(([name, value]) => [name, Buffer.from(value, 'base64').toString()]),
  );
}

function deployment(arms: readonly string[], epsilon: number): Resource {
  const containers = arms.map((name) => ({ name, image: 'registry.example/model:1' }));
  return {
    apiVersion: 'machinelearning.seldon.io/v1',
    kind: 'SeldonDeployment',
    metadata: { name: 'bandit' } as Resource['metadata'],
    spec: {
      predictors: [
        {
          name: 'main',
          componentSpecs: [{ spec: { containers } }],
          graph: {
            ...{ name: 'router', implementation: 'EPSILON_GREEDY' },
            parameters: [{ name: 'epsilon', type: 'FLOAT', value: String(epsilon) }],
            children: arms.map((name) => ({ name, type: 'MODEL', children: [] })),
          },
        },
      ],
    },
  };
}
