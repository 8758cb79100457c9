import { freePort } from '#system';
import type { PythonEnvironment } from './python/environment.js';
import { answers, type Peer, startPeer } from './python/peer.js';

export interface StoragePeer extends Peer {
  readonly origin: string;
}

export function startS3(python: PythonEnvironment): Promise<StoragePeer> {
  return start((port) => [python.program('moto_server'), '-H', '127.0.0.1', '-p', port]);
}

export function startGcs(python: PythonEnvironment): Promise<StoragePeer> {
  return start((port) => [
    ...[python.program('gcp-storage-emulator'), 'start', '-H', '127.0.0.1', '--port', port],
    ...['--in-memory', '--default-bucket', 'models'],
  ]);
}

async function start(commandFor: (port: string) => string[]): Promise<StoragePeer> {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const peer = await startPeer(commandFor(String(port)), { isReady: () => answers(origin) });
  return { ...peer, origin };
}
