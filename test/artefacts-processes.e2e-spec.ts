import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from '@jest/globals';

const run = promisify(execFile);

const PROGRAM = `
  import { fetchArtefact } from '#artefacts';
  const [uri, cacheDir] = process.argv.slice(1);
  console.log(await fetchArtefact(uri, { cacheDir, allowPrivate: true, env: {} }));
`;

it('processes that share a cache share one download', async () => {
  let bodies = 0;
  const server = createServer((request, response) => {
    if (request.headers['if-none-match'] !== undefined) return response.writeHead(304).end();
    bodies++;
    return setTimeout(() => response.writeHead(200, { etag: '"1"' }).end(Buffer.alloc(1_000_000, 1)), 500);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cacheDir = await mkdtemp(join(tmpdir(), 'artefacts-'));
  const uri = `http://127.0.0.1:${(server.address() as AddressInfo).port}/model`;
  try {
    const args = ['--input-type=module', '-e', PROGRAM, uri, cacheDir];
    const answers = await Promise.all([1, 2, 3, 4].map(() => run(process.execPath, args)));
    expect(new Set(answers.map(({ stdout }) => stdout)).size).toBe(1);
    expect(bodies).toBe(1);
  } finally {
    server.close();
    await rm(cacheDir, { recursive: true });
  }
});
