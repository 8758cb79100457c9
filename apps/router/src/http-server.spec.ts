import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { DataPlane } from './data-plane/data-plane.js';
import { HttpServer } from './http-server.js';

const HOUR = 3_600_000;
const REQUEST = 'GET / HTTP/1.1\r\nHost: test\r\n\r\n';

describe('the end of the HTTP server', () => {
  const clients: Socket[] = [];

  afterEach(() => {
    for (const client of clients.splice(0)) client.destroy();
  });

  it('answers a request that comes on a connection which is open already', async () => {
    const { server, client, dataPlane } = await connected(HOUR);
    const closed = server.close();
    expect(dataPlane.isClosing).toBe(true);
    client.write(REQUEST);
    expect(await textFrom(client)).toMatch(/^HTTP\/1.1 200 OK\r\nConnection: close\r\n/);
    await closed;
  });

  it('waits no longer than it is told for connections that stay', async () => {
    const { server, client } = await connected(100);
    const ended = once(client.resume(), 'end');
    await server.close();
    await ended;
  });

  it('does not wait where nobody is connected', async () => {
    const { server, client } = await connected(HOUR);
    const gone = once(client.resume(), 'close');
    client.end();
    await gone;
    await server.close();
  });

  async function connected(drainMs: number) {
    const server = new HttpServer(drainMs);
    const listening = server.create(() => {});
    const dataPlane = new ClosingDataPlane();
    server.open(dataPlane as unknown as DataPlane);
    listening.listen(0, '127.0.0.1');
    await once(listening, 'listening');
    const client = connect((listening.address() as AddressInfo).port, '127.0.0.1');
    clients.push(client);
    await Promise.all([once(client, 'connect'), once(listening, 'connection')]);
    return { server, client, dataPlane };
  }
});

/** Answers as the real one does: once it closes, so does each answer its connection. */
class ClosingDataPlane {
  isClosing = false;

  handle(_: unknown, response: { writeHead: (status: number, headers: object) => { end(): void } }): boolean {
    response.writeHead(200, { ...(this.isClosing && { Connection: 'close' }), 'Content-Length': 0 }).end();
    return true;
  }

  close(): void {
    this.isClosing = true;
  }
}

async function textFrom(client: Socket): Promise<string> {
  const [data] = (await once(client, 'data')) as [Buffer];
  return data.toString();
}
