import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  DEFAULT_METRIC,
  type Decision,
  DecisionStream,
  declareExperiment,
  ExperimentStore,
  Ledger,
  RewardLedger,
} from '#experiments';
import { StorageModule } from '#storage';
import { testDatabase, testRedisUrl } from '#testing';
import { type RunningTrainer, startTrainer } from '#trainer';

const INTERVALS = { fold: 10, experiments: 50, closeWindows: 200, verify: 300, partitions: 3_600_000 };
const ARMS = ['model-a', 'model-b'];

/** Stands between the trainer and a server, and takes the server away. */
class Line {
  private readonly sockets = new Set<Socket>();
  private server: Server | undefined;
  private port = 0;
  private frozen = false;

  constructor(private readonly target: URL) {}

  get url(): string {
    const url = new URL(this.target);
    url.hostname = '127.0.0.1';
    url.port = String(this.port);
    return url.href;
  }

  async open(): Promise<void> {
    const server = createServer((near) => this.join(near));
    this.server = server;
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
    this.port = (server.address() as { port: number }).port;
  }

  async cut(): Promise<void> {
    const closed = new Promise((resolve) => this.server?.close(resolve));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  /** Connections stay open, and nothing comes through. */
  freeze(): void {
    this.frozen = true;
    for (const socket of this.sockets) socket.pause();
  }

  private join(near: Socket): void {
    const far = connect(Number(this.target.port), this.target.hostname);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      this.sockets.add(from);
      from.on('data', (data) => to.write(data));
      from.on('error', () => {});
      from.on('close', () => {
        this.sockets.delete(from);
        to.destroy();
      });
      if (this.frozen) from.pause();
    }
  }
}

let storage: INestApplicationContext;
let database: Line;
let redis: Line;
let trainer: RunningTrainer | undefined;
let id: string;
let deployments = 0;

beforeEach(async () => {
  const stores = { databaseUrl: await testDatabase(), redisUrl: testRedisUrl() };
  storage = await NestFactory.createApplicationContext(StorageModule.forRoot(stores), { logger: false });
  database = new Line(new URL(stores.databaseUrl));
  redis = new Line(new URL(stores.redisUrl));
  await Promise.all([database.open(), redis.open()]);
  // Of its own: streams outlive a test's database.
  const deployment = `penguins-${++deployments}`;
  const place = { namespace: 'default', deployment, predictor: 'main', node: 'router' };
  const spec = { policy: 'random', options: {}, arms: ARMS, metric: {} };
  const experiment = await storage.get(ExperimentStore).declare(declareExperiment(place, spec), 'test');
  id = experiment.id;
  trainer = await startTrainer({
    databaseUrl: database.url,
    redisUrl: redis.url,
    intervals: INTERVALS,
    status: { host: '127.0.0.1', port: 0 },
  });
});

afterEach(async () => {
  await trainer?.close();
  await Promise.all([database.cut(), redis.cut()]);
  await storage.close();
});

/** `count` decisions with ids from `first` on, in the stream and rewarded. */
async function send(first: number, count: number): Promise<void> {
  const decisions = Array.from(
    { length: count },
    (_, n): Decision => ({
      experimentId: id,
      id: `request-${first + n}`,
      at: Date.now(),
      revision: 1,
      evidenceVersion: 0,
      unit: null,
      arm: ARMS[n % 2]!,
      propensity: 0.5,
      probabilities: [0.5, 0.5],
    }),
  );
  await storage.get(DecisionStream).append(id, decisions);
  await reward(decisions);
}

async function reward(decisions: readonly Decision[]): Promise<void> {
  const rewards = storage.get(RewardLedger);
  const metric = DEFAULT_METRIC.name;
  await Promise.all(decisions.map((decision) => rewards.add({ decision, metric, value: 1, key: 'outcome' })));
}

/** Waits until both arms have `each` decisions and outcomes. */
async function counted(each: number): Promise<void> {
  for (;;) {
    const { evidence } = (await storage.get(ExperimentStore).find(id))!;
    if (evidence.every(({ decisions, pulls }) => decisions === each && pulls === each)) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function expectEqual(decisions: number): Promise<void> {
  expect(await storage.get(Ledger).verify()).toMatchObject({ equal: true, decisions, rewards: decisions });
}

/** Waits until the trainer is as ready as that. */
async function readiness(status: number): Promise<void> {
  const asks = async () => (await fetch(`http://127.0.0.1:${trainer!.statusPort}/ready`)).status;
  while ((await asks()) !== status) await new Promise((resolve) => setTimeout(resolve, 20));
}

async function close(): Promise<void> {
  await trainer!.close();
  trainer = undefined;
}

describe('the trainer', () => {
  it('folds on while Redis is away, and takes decisions again when it is back', async () => {
    await send(0, 10);
    await counted(5);
    await redis.cut();
    await send(10, 10);
    await counted(10);
    await redis.open();
    await send(20, 10);
    await counted(15);
    await expectEqual(30);
  });

  it('closes while Redis is away', async () => {
    await redis.cut();
    await close();
  });

  it('closes while Redis does not answer', async () => {
    redis.freeze();
    await close();
  });

  it('waits for Postgres, and loses nothing', async () => {
    await send(0, 10);
    await counted(5);
    await readiness(200);
    await database.cut();
    await readiness(503);
    await send(10, 10);
    await database.open();
    await counted(10);
    await expectEqual(20);
  });

  it('closes while Postgres is away', async () => {
    await database.cut();
    await close();
  });
});
