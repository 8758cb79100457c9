import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { lock } from './lock.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lock-'));
});
afterEach(() => rm(folder, { recursive: true }));

const within = (ms: number) => lock(folder, 'a', AbortSignal.timeout(ms));
const heldBy = (host: string, pid: number | undefined) =>
  writeFile(join(folder, 'a.1'), JSON.stringify({ host, pid }));

describe('lock', () => {
  it('has one holder at a time, and lets every one have it', async () => {
    let holders = 0;
    let most = 0;
    const turns = Array.from({ length: 10 }, async () => {
      const release = await within(10_000);
      most = Math.max(most, ++holders);
      await new Promise((resolve) => setTimeout(resolve, 5));
      holders--;
      await release();
    });
    await Promise.all(turns);
    expect(most).toBe(1);
    expect(await readdir(folder)).toHaveLength(1);
  });

  it('does not wait for another name', async () => {
    await within(1000);
    await expect(lock(folder, 'b', AbortSignal.timeout(1000))).resolves.toBeDefined();
  });

  it('takes over from a process that is gone', async () => {
    const child = spawn(process.execPath, ['-e', '']);
    await once(child, 'exit');
    await heldBy(hostname(), child.pid);
    await expect(within(1000)).resolves.toBeDefined();
  });

  it.each([
    ['this machine', hostname(), process.ppid],
    ['another machine', 'elsewhere', 1],
  ])('waits for a process on %s that shows life', async (_where, host, pid) => {
    await heldBy(host, pid);
    await expect(within(200)).rejects.toThrow();
  });

  it('takes over from another machine that has shown no life for long', async () => {
    await heldBy('elsewhere', 1);
    const longAgo = new Date(Date.now() - 60_000);
    await utimes(join(folder, 'a.1'), longAgo, longAgo);
    await expect(within(1000)).resolves.toBeDefined();
  });
});
