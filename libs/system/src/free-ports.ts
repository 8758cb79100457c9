import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

export const LOOPBACK = '127.0.0.1';

/** Below those that systems give to connections and to servers that ask for any, which would take one a moment later. */
const FIRST = 20_000;
const LAST = 32_767;
const TRIES = 100;

/**
 * Ports that nobody listens on now; all are held until the last is found, so they differ. Somebody may take one a
 * moment later: be ready to ask again.
 */
export async function freePorts(count: number, host: string = LOOPBACK): Promise<number[]> {
  const held = new Map<number, Server>();
  try {
    while (held.size < count) held.set(...(await hold(host)));
    return [...held.keys()];
  } finally {
    await Promise.all([...held.values()].map((server) => once(server.close(), 'close')));
  }
}

/** As `freePorts`. */
export async function freePort(host: string = LOOPBACK): Promise<number> {
  const [port] = await freePorts(1, host);
  return port!;
}

async function hold(host: string): Promise<[number, Server]> {
  for (let tries = 1; ; tries++) {
    const port = randomInt(FIRST, LAST + 1);
    try {
      const server = createServer().listen(port, host);
      await once(server, 'listening');
      return [port, server];
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || tries === TRIES) throw error;
    }
  }
}
