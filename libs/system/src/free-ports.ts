import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

export const LOOPBACK = '127.0.0.1';

/**
 * Ports that nobody listens on now; all are held until the last is found, so they differ. Somebody may take one a
 * moment later: be ready to ask again.
 */
export async function freePorts(count: number, host: string = LOOPBACK): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, host));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}

/** As `freePorts`. */
export async function freePort(host: string = LOOPBACK): Promise<number> {
  const [port] = await freePorts(1, host);
  return port!;
}
