import { join } from 'node:path';
import { freePort } from '#system';
import { startChild } from './child.js';
import { KeptChild } from './kept-child.js';

export interface RunningValkey {
  readonly redisUrl: string;
  stop(): Promise<void>;
}

/** Valkey (a Redis) compiled to WebAssembly. It keeps nothing on disk: what it holds ends with it. */
export async function startValkey(
  dataDir: string,
  report: (message: string) => void,
): Promise<RunningValkey> {
  const port = await freePort();
  const plan = {
    service: 'Redis',
    entry: new URL('./valkey-process.js', import.meta.url),
    settings: { port },
    logFile: join(dataDir, 'valkey.log'),
  };
  const kept = await KeptChild.start(plan.service, () => startChild(plan), report);
  return { redisUrl: `redis://127.0.0.1:${port}`, stop: () => kept.stop() };
}
