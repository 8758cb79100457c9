import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { freePort, freePorts, LOOPBACK } from './free-ports.js';

describe('free ports', () => {
  it('differ', async () => {
    expect(new Set(await freePorts(20)).size).toBe(20);
  });

  it('can be listened on', async () => {
    const server = createServer().listen(await freePort(), LOOPBACK);
    await once(server, 'listening');
    server.close();
    await once(server, 'close');
  });

  it('of a host that is not here are an error', async () => {
    await expect(freePort('192.0.2.1')).rejects.toMatchObject({ code: 'EADDRNOTAVAIL' });
  });
});
