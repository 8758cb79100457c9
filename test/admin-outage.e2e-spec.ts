import { connect, createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type RunningAdmin, startAdmin } from '#admin';
import { testDatabase, testRedisUrl } from '#testing';

const KEY = 'a-key-for-these-tests';

/** The way to Postgres, which can be closed and opened again. */
const sockets = new Set<Socket>();
let target: URL;
let port = 0;
const gate = createServer((near) => {
  const far = connect(Number(target.port), target.hostname);
  for (const socket of [near, far]) {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => {
      sockets.delete(socket);
      near.destroy();
      far.destroy();
    });
  }
  near.pipe(far);
  far.pipe(near);
});

const open = () => new Promise<void>((resolve) => gate.listen(port, '127.0.0.1', resolve));

async function close(): Promise<void> {
  const closed = new Promise((resolve) => gate.close(resolve));
  for (const socket of sockets) socket.destroy();
  await closed;
}

let admin: RunningAdmin;

beforeAll(async () => {
  target = new URL(await testDatabase());
  await open();
  port = (gate.address() as { port: number }).port;
  const url = new URL(target);
  url.host = `127.0.0.1:${port}`;
  admin = await startAdmin({
    host: '127.0.0.1',
    port: 0,
    databaseUrl: url.href,
    redisUrl: testRedisUrl(),
    adminKey: KEY,
  });
});

afterAll(async () => {
  await admin?.close();
  if (gate.listening) await close();
});

const get = (path: string) => fetch(`${admin.url}${path}`, { headers: { authorization: `Bearer ${KEY}` } });

it('answers 503 while Postgres is away, and serves again when it is back', async () => {
  expect((await get('/ready')).status).toBe(200);
  await close();
  for (const path of ['/ready', '/admin/v1/experiments']) {
    const answer = await get(path);
    expect([path, answer.status]).toEqual([path, 503]);
    expect(answer.headers.get('retry-after')).toBe('1');
    expect(await answer.json()).toMatchObject({ error: { code: 503, reason: 'STORE_UNAVAILABLE' } });
  }
  expect((await get('/live')).status).toBe(200);
  await open();
  for (const path of ['/ready', '/admin/v1/experiments']) expect((await get(path)).status).toBe(200);
});
