import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';

const HOLDER = fileURLToPath(new URL('./fixtures/holder.ts', import.meta.url));
const RUNNER = createRequire(import.meta.url)
  .resolve('jiti/package.json')
  .replace(/package\.json$/, 'lib/jiti-cli.mjs');

/** A process that nobody has reaped yet runs no more. */
function runs(pid: string): boolean {
  try {
    return !/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

const withProc = process.platform === 'linux' ? it : it.skip;

withProc('a group ends when the process that holds it is killed', async () => {
  const holder = spawn(process.execPath, [RUNNER, HOLDER], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(holder.stdout, 'data')) as [Buffer];
  const pids = line.toString().trim().split(' ');
  expect(pids.map(runs)).toEqual([true, true]);
  holder.kill('SIGKILL');
  while (pids.some(runs)) await new Promise((resolve) => setTimeout(resolve, 10));
});
