import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterEach, expect, it } from '@jest/globals';
import { askEngine } from './ask-engine.js';

const ADDRESS = `127.${randomInt(64, 250)}.${randomInt(1, 250)}.${randomInt(1, 250)}`;
let server: Server | undefined;

afterEach(() => server?.close().closeAllConnections());

it('says which graph an engine serves, and what it has against another', async () => {
  await engine(200, '{"digest":"00ff","refused":"no arms"}');
  expect(await askEngine(ADDRESS)).toEqual({ digest: '00ff', refused: 'no arms' });
});

it.each([
  ['does not know the question', 404, '{}', 'expected the status 200, got 404'],
  ['answers something else', 200, '<html>', 'is not valid JSON'],
  ['does not name a graph', 200, '{"digest":1}', 'expected digest and refused'],
  ['goes on for ever', 200, `"${'x'.repeat(70_000)}"`, 'expected at most 65536 bytes'],
])('cannot ask an engine that %s', async (_what, status, text, problem) => {
  await engine(status, text);
  await expect(askEngine(ADDRESS)).rejects.toThrow(problem);
});

it('cannot ask where nobody listens', async () => {
  await expect(askEngine(ADDRESS)).rejects.toThrow('ECONNREFUSED');
});

async function engine(status: number, text: string): Promise<void> {
  server = createServer((_, response) => response.writeHead(status).end(text));
  server.listen(8000, ADDRESS);
  await once(server, 'listening');
}
