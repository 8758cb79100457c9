import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { LOOPBACK } from './free-ports.js';
import { type ShowPage, SideServer } from './side-server.js';

let server: SideServer;
let port: number;

beforeEach(async () => {
  server = new SideServer(
    new Map<string, ShowPage>([
      ['/live', () => ({ text: 'live\n' })],
      ['/metrics', async () => ({ text: '{}', status: 203, contentType: 'application/json' })],
      [
        '/broken',
        () => {
          throw new Error('no ledger');
        },
      ],
    ]),
  );
  port = await server.listen(0, LOOPBACK);
});
afterEach(() => server.close());

async function ask(path: string) {
  const answer = await fetch(`http://${LOOPBACK}:${port}${path}`);
  return { status: answer.status, type: answer.headers.get('content-type'), text: await answer.text() };
}

const TEXT = 'text/plain; charset=utf-8';

describe('a side server', () => {
  it('shows the page of a path, whatever the query', async () => {
    expect(await ask('/live?now')).toEqual({ status: 200, type: TEXT, text: 'live\n' });
    expect(await ask('/metrics')).toEqual({ status: 203, type: 'application/json', text: '{}' });
  });

  it('says which paths there are', async () => {
    const expected = { status: 404, type: TEXT, text: 'expected one of /live, /metrics, /broken\n' };
    expect(await ask('/other')).toEqual(expected);
  });

  it('answers a page that throws with 500, and goes on', async () => {
    expect(await ask('/broken')).toEqual({ status: 500, type: TEXT, text: 'no ledger\n' });
    expect((await ask('/live')).status).toBe(200);
  });

  it('refuses a port that is taken', async () => {
    const other = new SideServer(new Map());
    await expect(other.listen(port, LOOPBACK)).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await other.close();
  });

  it('closes while a client keeps its connection open', async () => {
    const socket = connect(port, LOOPBACK);
    await new Promise((resolve) => socket.once('connect', resolve));
    await Promise.all([server.close(), new Promise((resolve) => socket.once('close', resolve))]);
    expect(socket.destroyed).toBe(true);
  });
});
