import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('../.cache/storage-peers', import.meta.url));
const PACKAGES = ['moto[server]==5.2.5', 'gcp-storage-emulator==2026.7.19'];

/** Installs moto and gcp-storage-emulator once, which takes about half a minute; the reason why not, or null. */
export function installStoragePeers(): string | null {
  if (existsSync(`${FOLDER}/complete`)) return null;
  try {
    execFileSync('python3', ['-m', 'venv', FOLDER], { stdio: 'pipe' });
    const install = ['install', '-q', '--prefer-binary', ...PACKAGES];
    execFileSync(`${FOLDER}/bin/pip`, install, { stdio: 'pipe', timeout: 300_000 });
    execFileSync('touch', [`${FOLDER}/complete`]);
    return null;
  } catch (error) {
    const [line] = (error as Error).message.split('\n');
    return `Python's venv and pip could not install ${PACKAGES.join(' and ')}: ${line}`;
  }
}

export interface StoragePeer {
  readonly origin: string;
  stop(): Promise<void>;
}

export function startS3(): Promise<StoragePeer> {
  return start((port) => ['moto_server', '-H', '127.0.0.1', '-p', port]);
}

export function startGcs(): Promise<StoragePeer> {
  return start((port) => [
    ...['gcp-storage-emulator', 'start', '-H', '127.0.0.1', '--port', port],
    ...['--in-memory', '--default-bucket', 'models'],
  ]);
}

async function start(commandFor: (port: string) => string[]): Promise<StoragePeer> {
  const port = await freePort();
  const [program, ...args] = commandFor(String(port));
  const child = spawn(`${FOLDER}/bin/${program}`, args, { stdio: 'ignore' });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const origin = `http://127.0.0.1:${port}`;
  for (let i = 0; i < 300 && child.exitCode === null; i++) {
    const answer = await fetch(origin).catch(() => null);
    if (answer !== null) {
      await answer.arrayBuffer();
      const stop = () => {
        child.kill();
        return exited;
      };
      return { origin, stop };
    }
    await sleep(100);
  }
  child.kill();
  throw new Error(`${program} did not answer at ${origin}`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
