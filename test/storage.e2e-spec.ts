import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { DataSource } from 'typeorm';
import { LedgerUnavailableError, type PublishedSnapshot } from '#experiments';
import { ApiKeys, DecisionIntake, ensurePartitions, migrateDatabase, NewerDatabaseError } from '#storage';
import { testDatabase, testRedisUrl } from '#testing';
import { databaseOptions } from '../libs/storage/src/database-options.js';
import { describeExperimentStore } from '../libs/storage/src/experiment-store.contract.js';
import { describeLedger } from '../libs/storage/src/ledger.contract.js';
import { PostgresExperimentStore } from '../libs/storage/src/postgres-experiment-store.js';
import { PostgresLedger } from '../libs/storage/src/postgres-ledger.js';
import { PostgresRewardLedger } from '../libs/storage/src/postgres-reward-ledger.js';
import { RedisConnections } from '../libs/storage/src/redis/redis-connections.js';
import { RedisDecisionStream } from '../libs/storage/src/redis/redis-decision-stream.js';
import { RedisSnapshotPublisher } from '../libs/storage/src/redis/redis-snapshot-publisher.js';
import { RedisSnapshotSource } from '../libs/storage/src/redis/redis-snapshot-source.js';
import { sampleDecision, sampleDeclaration } from '../libs/storage/src/sample-experiments.contract.js';

async function openDatabase() {
  const databaseUrl = await testDatabase();
  const database = await new DataSource(databaseOptions(databaseUrl)).initialize();
  return {
    database,
    databaseUrl,
    experiments: new PostgresExperimentStore(database),
    rewards: new PostgresRewardLedger(database),
    ledger: new PostgresLedger(database),
    close: () => database.destroy(),
  };
}

type Opened = Awaited<ReturnType<typeof openDatabase>>;

describeExperimentStore('Postgres', openDatabase);
describeLedger('Postgres', openDatabase);

describe('Postgres, when things go wrong', () => {
  let opened: Opened;
  beforeAll(async () => {
    opened = await openDatabase();
  });
  afterAll(() => opened.close());

  it('loses and doubles nothing when a fold dies half-way', async () => {
    const { database, experiments, rewards, ledger } = opened;
    const experiment = await experiments.declare(sampleDeclaration(), 'test');
    const first = sampleDecision(experiment);
    await rewards.add({ decision: first, metric: 'reward', value: 1, key: '1' });
    await ledger.fold(experiment.id, []);
    const second = sampleDecision(experiment, { arm: 'b' });
    await rewards.add({ decision: second, metric: 'reward', value: 1, key: '1' });
    const blocker = database.createQueryRunner();
    await blocker.startTransaction();
    await blocker.query('SELECT 1 FROM experiment WHERE experiment_id = $1 FOR UPDATE', [experiment.id]);
    const dying = expect(ledger.fold(experiment.id, [])).rejects.toThrow();
    await killBlocked(database);
    await dying;
    await blocker.rollbackTransaction();
    await blocker.release();
    expect((await ledger.verify()).experiments).toContainEqual(
      expect.objectContaining({ id: experiment.id, equal: true, decisions: 1, rewards: 2, pending: 1 }),
    );
    await ledger.fold(experiment.id, []);
    expect((await experiments.find(experiment.id))?.evidence).toMatchObject([
      { arm: 'a', decisions: 1, pulls: 1, reward: 1 },
      { arm: 'b', decisions: 1, pulls: 1, reward: 1 },
    ]);
  });

  it('finds evidence that somebody changed by hand', async () => {
    const { database, experiments, rewards, ledger } = opened;
    const experiment = await experiments.declare(sampleDeclaration(), 'test');
    const decision = sampleDecision(experiment);
    await rewards.add({ decision, metric: 'reward', value: 0.5, key: '1' });
    await ledger.fold(experiment.id, []);
    const tamper = 'UPDATE evidence SET reward = reward + 1e-20 WHERE experiment_id = $1';
    await database.query(tamper, [experiment.id]);
    const { equal, experiments: verified } = await ledger.verify();
    expect(equal).toBe(false);
    expect(verified.filter((one) => !one.equal)).toMatchObject([
      { id: experiment.id, differences: [{ arm: 'a', rebuilt: { pulls: 1, reward: 0.5 } }] },
    ]);
    await database.query('UPDATE evidence SET reward = 0.5 WHERE experiment_id = $1', [experiment.id]);
  });

  it('acknowledges no reward that it cannot store', async () => {
    const { database, rewards, experiments, close } = await openDatabase();
    const experiment = await experiments.declare(sampleDeclaration(), 'test');
    const adding = (ledger: PostgresRewardLedger) =>
      ledger.add({ decision: sampleDecision(experiment), metric: 'reward', value: 1, key: '1' });
    const small = new PostgresRewardLedger(database, { batchSize: 1, queueSize: 1, timeoutMs: 10_000 });
    const fits = adding(small);
    await expect(adding(small)).rejects.toBeInstanceOf(LedgerUnavailableError);
    expect(await fits).toBe('recorded');
    await close();
    await expect(adding(rewards)).rejects.toBeInstanceOf(LedgerUnavailableError);
  });
});

describe('Migrations', () => {
  it('change nothing the second time, and refuse a newer database', async () => {
    const { database, databaseUrl, close } = await openDatabase();
    expect(await migrateDatabase(databaseUrl)).toEqual([]);
    await database.query(`INSERT INTO migrations (timestamp, name) VALUES (9, 'FromTheFuture9')`);
    await expect(migrateDatabase(databaseUrl)).rejects.toEqual(new NewerDatabaseError(['FromTheFuture9']));
    await close();
  });

  it('apply once where several processes start together', async () => {
    const { database, databaseUrl, close } = await openDatabase();
    await database.query('DROP SCHEMA public CASCADE');
    await database.query('CREATE SCHEMA public');
    const applied = await Promise.all([migrateDatabase(databaseUrl), migrateDatabase(databaseUrl)]);
    const all = database.migrations.map((migration) => migration.constructor.name);
    expect(applied.flat().sort()).toEqual(all.sort());
    await close();
  });

  it('can be undone', async () => {
    const { database, close } = await openDatabase();
    for (const _ of database.migrations) await database.undoLastMigration();
    const rows = await database.query(`SELECT tablename FROM pg_tables WHERE schemaname = 'public'`);
    expect(rows).toEqual([{ tablename: 'migrations' }]);
    await close();
  });

  it('put a day into the partition of its own, made ahead of it', async () => {
    const { database, experiments, ledger, close } = await openDatabase();
    const noon = new Date('2031-05-07T12:00:00Z');
    await Promise.all([ensurePartitions(database, noon), ensurePartitions(database, noon)]);
    const experiment = await experiments.declare(sampleDeclaration(), 'test');
    await ledger.fold(experiment.id, [sampleDecision(experiment, { at: noon.getTime() })]);
    expect(await database.query('SELECT tableoid::regclass::text AS partition FROM decision')).toEqual([
      { partition: 'decision_20310507' },
    ]);
    await close();
  });
});

describe('API keys', () => {
  it('are known by name, and none is kept in the clear', async () => {
    const { database, close } = await openDatabase();
    const keys = new ApiKeys(database);
    await keys.ensure('admin', 'first');
    await keys.ensure('admin', 'second');
    expect([await keys.nameOf('first'), await keys.nameOf('second')]).toEqual([null, 'admin']);
    expect([await keys.add('admin', 'third'), await keys.add('root', 'other')]).toEqual([false, true]);
    expect([await keys.nameOf('third'), await keys.nameOf('other')]).toEqual([null, 'root']);
    expect(JSON.stringify(await database.query('SELECT * FROM api_key'))).not.toContain('second');
    await close();
  });
});

describe('Redis', () => {
  const redis = new Redis(testRedisUrl());
  const stream = new RedisDecisionStream(redis);
  const intake = new DecisionIntake(redis, 0);
  const experiment = { id: randomUUID(), current: { revision: 1 } } as Parameters<typeof sampleDecision>[0];
  afterAll(() => redis.disconnect());

  it('hands decisions to a trainer, and to another one until they are done', async () => {
    const decisions = [sampleDecision(experiment), sampleDecision(experiment, { arm: 'b' })];
    await stream.append(experiment.id, decisions);
    expect((await intake.read(experiment.id, 10)).decisions).toEqual(decisions);
    const taken = await new DecisionIntake(redis, 0).read(experiment.id, 10);
    expect(taken.decisions).toEqual(decisions);
    await intake.done(experiment.id, taken.entries);
    expect(await intake.read(experiment.id, 10)).toEqual({ entries: [], decisions: [], unreadable: 0 });
    expect(await redis.xlen(`sy:{${experiment.id}}:decisions`)).toBe(0);
  });

  it('goes on after it lost its memory', async () => {
    await stream.append(experiment.id, [sampleDecision(experiment)]);
    await intake.read(experiment.id, 10);
    await redis.flushdb();
    const decision = sampleDecision(experiment);
    await stream.append(experiment.id, [decision]);
    expect((await intake.read(experiment.id, 10)).decisions).toEqual([decision]);
  });

  it('sets entries aside that cannot be read', async () => {
    const other = { ...experiment, id: randomUUID() };
    await redis.xadd(`sy:{${other.id}}:decisions`, '*', 'd', '[1,"nonsense"]');
    await stream.append(other.id, [sampleDecision(experiment)]);
    const decision = sampleDecision(other);
    await stream.append(other.id, [decision]);
    expect(await intake.read(other.id, 10)).toMatchObject({ decisions: [decision], unreadable: 2 });
    expect(await redis.xlen(`sy:{${other.id}}:dead`)).toBe(2);
  });

  it('brings published snapshots to routers', async () => {
    const { database, experiments, close } = await openDatabase();
    const connections = new RedisConnections(testRedisUrl());
    await connections.settled();
    const source = new RedisSnapshotSource(database, connections);
    const { id, salt, current } = await experiments.declare(sampleDeclaration(), 'test');
    const received = new Promise<PublishedSnapshot>((resolve) => {
      void source
        .subscribe((snapshot) => snapshot.experimentId === id && resolve(snapshot))
        .then(() => new RedisSnapshotPublisher(database, connections.commands).publish(id));
    });
    expect(await received).toMatchObject({ salt, revision: 1, config: current.config });
    expect(await source.load()).toEqual([await received]);
    connections.onModuleDestroy();
    await close();
  });

  it('refuses at once while it is away, and a start goes on without it', async () => {
    const connections = new RedisConnections('redis://127.0.0.1:1');
    await connections.settled();
    const away = new RedisDecisionStream(connections.commands);
    await expect(away.append(experiment.id, [sampleDecision(experiment)])).rejects.toThrow();
    connections.onModuleDestroy();
  });
});

/** Ends the one connection that waits for a lock, as soon as there is one. */
async function killBlocked(database: DataSource): Promise<void> {
  const kill = `
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  while ((await database.query(kill)).length === 0);
}
