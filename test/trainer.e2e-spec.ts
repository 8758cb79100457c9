import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Redis } from 'ioredis';
import pg from 'pg';
import {
  DEFAULT_METRIC,
  type Decision,
  DecisionStream,
  declareExperiment,
  type Experiment,
  ExperimentStore,
  Ledger,
  type Metric,
  type PublishedSnapshot,
  RewardLedger,
  SnapshotSource,
} from '#experiments';
import { DecisionIntake, StorageModule } from '#storage';
import { testDatabase, testRedisUrl } from '#testing';
import { type RunningTrainer, startTrainer } from '#trainer';

const ARMS = ['model-a', 'model-b'];
const HOUR_MS = 3_600_000;
/** Timed work as often as BullMQ makes sense of; nothing here waits for a fixed time. */
const INTERVALS = { fold: 10, experiments: 50, closeWindows: 200, verify: 300, partitions: HOUR_MS };

let stores: { databaseUrl: string; redisUrl: string };
let storage: INestApplicationContext;
let snapshots: Snapshots;
let trainer: RunningTrainer | undefined;
let deployments = 0;

/** What has been announced so far, and what comes. */
class Snapshots {
  private readonly seen: PublishedSnapshot[] = [];
  private waiting: (() => void)[] = [];

  readonly add = (snapshot: PublishedSnapshot) => {
    this.seen.push(snapshot);
    for (const wake of this.waiting.splice(0)) wake();
  };

  /** The first announcement of an experiment that has counted `pulls` outcomes. */
  async withPulls(id: string, pulls: number): Promise<PublishedSnapshot> {
    for (;;) {
      const found = this.seen.find(
        ({ experimentId, evidence }) => experimentId === id && sum(evidence) >= pulls,
      );
      if (found) return found;
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
  }
}

const sum = (evidence: PublishedSnapshot['evidence']) =>
  evidence.reduce((total, { pulls }) => total + pulls, 0);

beforeAll(async () => {
  stores = { databaseUrl: await testDatabase(), redisUrl: testRedisUrl() };
  storage = await NestFactory.createApplicationContext(StorageModule.forRoot(stores), { logger: false });
  snapshots = new Snapshots();
  await storage.get(SnapshotSource).subscribe(snapshots.add);
});

afterEach(async () => {
  await trainer?.close();
  trainer = undefined;
});

afterAll(() => storage?.close());

const start = async () => {
  trainer = await startTrainer({ ...stores, intervals: INTERVALS });
};

function declare(metric: Partial<Metric> = {}): Promise<Experiment> {
  const deployment = `penguins-${++deployments}`;
  const place = { namespace: 'default', deployment, predictor: 'main', node: 'router' };
  const spec = { policy: 'random', options: {}, arms: ARMS, metric };
  return storage.get(ExperimentStore).declare(declareExperiment(place, spec), 'switchyard up');
}

/** `count` decisions, for the arms in turn. */
const decisionsOf = (experimentId: string, count: number, at = Date.now()): Decision[] =>
  Array.from({ length: count }, (_, n) => ({
    experimentId,
    id: `request-${n}`,
    at,
    revision: 1,
    evidenceVersion: 0,
    unit: null,
    arm: ARMS[n % ARMS.length]!,
    propensity: 0.5,
    probabilities: [0.5, 0.5],
  }));

const append = (id: string, decisions: Decision[]) => storage.get(DecisionStream).append(id, decisions);

/** A reward of 1 for each decision. */
async function reward(decisions: readonly Decision[], value = 1): Promise<void> {
  const rewards = storage.get(RewardLedger);
  await Promise.all(
    decisions.map((decision) =>
      rewards.add({ decision, metric: DEFAULT_METRIC.name, value, key: 'outcome' }),
    ),
  );
}

const evidenceOf = async (id: string) => (await storage.get(ExperimentStore).find(id))!.evidence;

async function expectEqual(): Promise<void> {
  expect(await storage.get(Ledger).verify()).toMatchObject({ equal: true });
}

describe('the fold', () => {
  let id: string;

  beforeEach(async () => {
    id = (await declare()).id;
  });

  it('brings decisions and rewards into the evidence, and announces it', async () => {
    await start();
    const decisions = decisionsOf(id, 400);
    await append(id, decisions.slice(0, 200));
    await append(id, decisions.slice(200));
    await reward(decisions.slice(0, 300));
    const { evidence, evidenceVersion } = await snapshots.withPulls(id, 300);
    expect(evidenceVersion).toBeGreaterThan(0);
    expect(evidence).toEqual(
      ARMS.map((arm) => ({
        arm,
        decisions: expect.any(Number),
        pulls: 150,
        reward: 150,
        squaredReward: 150,
      })),
    );
    await untilNothingIsLeft(id);
    expect((await evidenceOf(id)).map(({ decisions }) => decisions)).toEqual([200, 200]);
    await expectEqual();
  });

  it('counts a reward whose decision never came through the stream', async () => {
    await start();
    await reward(decisionsOf(id, 1));
    await snapshots.withPulls(id, 1);
    expect(await evidenceOf(id)).toMatchObject([{ decisions: 1, pulls: 1, reward: 1 }, { decisions: 0 }]);
    await expectEqual();
  });

  it('finds an experiment that is declared while it runs', async () => {
    await start();
    const { id: later } = await declare();
    const decisions = decisionsOf(later, 2);
    await append(later, decisions);
    await reward(decisions);
    await snapshots.withPulls(later, 2);
    await expectEqual();
  });

  it('goes on with the others when one has entries that cannot be read', async () => {
    const redis = new Redis(stores.redisUrl);
    await redis.xadd(`sy:{${id}}:decisions`, '*', 'd', 'not a decision');
    await start();
    const { id: other } = await declare();
    const decisions = decisionsOf(other, 2);
    await append(other, decisions);
    await append(id, decisionsOf(id, 2));
    await reward(decisions);
    await reward(decisionsOf(id, 2));
    await snapshots.withPulls(other, 2);
    await snapshots.withPulls(id, 2);
    expect(await redis.xlen(`sy:{${id}}:dead`)).toBe(1);
    redis.disconnect();
    await expectEqual();
  });

  it('counts nothing twice when a trainer dies between its commit and its acknowledgement', async () => {
    const decisions = decisionsOf(id, 10);
    await append(id, decisions);
    await reward(decisions);
    const taken = await storage.get(DecisionIntake).read(id, 100);
    expect(taken.decisions).toHaveLength(10);
    await storage.get(Ledger).fold(id, taken.decisions);
    const before = await evidenceOf(id);
    await start();
    await untilNothingIsLeft(id);
    expect(await evidenceOf(id)).toEqual(before);
    expect(before).toMatchObject(ARMS.map((arm) => ({ arm, decisions: 5, pulls: 5, reward: 5 })));
    await expectEqual();
  });

  it('loses nothing when a trainer dies before its commit', async () => {
    const decisions = decisionsOf(id, 10);
    await append(id, decisions);
    await storage.get(DecisionIntake).read(id, 100);
    await start();
    await untilNothingIsLeft(id);
    expect((await evidenceOf(id)).map(({ decisions }) => decisions)).toEqual([5, 5]);
    await expectEqual();
  });

  it('stands being closed and started again and again under load', async () => {
    const decisions = decisionsOf(id, 2_000);
    const load = (async () => {
      for (let n = 0; n < decisions.length; n += 50) {
        await append(id, decisions.slice(n, n + 50));
        await reward(decisions.slice(n, n + 50), n % 100 === 0 ? 1 : 0.25);
      }
    })();
    for (let n = 0; n < 3; n++) {
      await start();
      await snapshots.withPulls(id, 300 * (n + 1));
      await trainer!.close();
    }
    await load;
    await start();
    await snapshots.withPulls(id, decisions.length);
    await untilNothingIsLeft(id);
    const evidence = await evidenceOf(id);
    expect(evidence).toMatchObject(ARMS.map((arm) => ({ arm, decisions: 1_000, pulls: 1_000, reward: 625 })));
    await expectEqual();
  });

  it('goes on with what was read while another trainer was at it', async () => {
    const other = new pg.Client({ connectionString: stores.databaseUrl });
    await other.connect();
    await other.query('BEGIN');
    await other.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [id]);
    await append(id, decisionsOf(id, 10));
    await start();
    // The trainer makes the group.
    await until(async () => (await left(id).catch(() => ({ pending: 0 }))).pending > 0);
    await other.query('ROLLBACK');
    await other.end();
    await until(async () => {
      await keepWithItsReader(id);
      return (await evidenceOf(id)).every(({ decisions }) => decisions === 5);
    });
    await untilNothingIsLeft(id);
  });

  it('is done once by two trainers', async () => {
    const second = await startTrainer({ ...stores, intervals: INTERVALS });
    await start();
    const decisions = decisionsOf(id, 1_000);
    for (let n = 0; n < decisions.length; n += 20) {
      await append(id, decisions.slice(n, n + 20));
      await reward(decisions.slice(n, n + 20));
    }
    await snapshots.withPulls(id, decisions.length);
    await untilNothingIsLeft(id);
    await second.close();
    expect(await evidenceOf(id)).toMatchObject(ARMS.map((arm) => ({ arm, decisions: 500, pulls: 500 })));
    await expectEqual();
  });
});

describe('timed work', () => {
  it('gives decisions that nobody rewarded in time their default', async () => {
    const { id } = await declare({ windowSeconds: 60, defaultReward: 0 });
    await start();
    const old = decisionsOf(id, 4, Date.now() - HOUR_MS);
    const recent = decisionsOf(id, 6).slice(4);
    await append(id, [...old, ...recent]);
    await snapshots.withPulls(id, 4);
    expect(await evidenceOf(id)).toEqual(
      ARMS.map((arm) => ({ arm, decisions: 3, pulls: 2, reward: 0, squaredReward: 0 })),
    );
    await expectEqual();
  });

  it('is kept by one scheduler each, however many trainers there are', async () => {
    const others = await Promise.all([1, 2].map(() => startTrainer({ ...stores, intervals: INTERVALS })));
    await start();
    const redis = new Redis(stores.redisUrl);
    await until(async () => (await redis.zcard('{sy}:timed-work:repeat')) === 3);
    expect((await redis.zrange('{sy}:timed-work:repeat', 0, -1)).sort()).toEqual([
      'close-windows',
      'partitions',
      'verify',
    ]);
    redis.disconnect();
    await Promise.all(others.map((other) => other.close()));
  });
});

it('starts, folds rewards and closes with Redis away', async () => {
  const away = { ...stores, redisUrl: 'redis://127.0.0.1:1' };
  const lonely = await startTrainer({ ...away, intervals: INTERVALS });
  const { id } = await declare();
  await reward(decisionsOf(id, 2));
  await until(async () => (await evidenceOf(id)).every(({ pulls }) => pulls === 1));
  await lonely.close();
  await expectEqual();
});

interface Left {
  readonly entries: number;
  readonly pending: number;
}

/** What the stream still holds. */
async function left(id: string): Promise<Left> {
  const redis = new Redis(stores.redisUrl);
  try {
    const key = `sy:{${id}}:decisions`;
    const [pending] = (await redis.xpending(key, 'trainer')) as [number];
    return { entries: await redis.xlen(key), pending };
  } finally {
    redis.disconnect();
  }
}

const untilNothingIsLeft = (id: string) =>
  until(async () => {
    const { entries, pending } = await left(id);
    return entries === 0 && pending === 0;
  });

/** For what is not announced. */
/** Entries that were just handed out are taken over by nobody. */
async function keepWithItsReader(id: string): Promise<void> {
  const redis = new Redis(stores.redisUrl);
  try {
    const key = `sy:{${id}}:decisions`;
    const entries = (await redis.xpending(key, 'trainer', '-', '+', 100)) as [string, string][];
    for (const [entry, reader] of entries) await redis.xclaim(key, 'trainer', reader, 0, entry, 'JUSTID');
  } finally {
    redis.disconnect();
  }
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20));
}
