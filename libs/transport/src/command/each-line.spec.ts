import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { expect, it } from '@jest/globals';
import { eachLine } from './each-line.js';

async function linesOf(chunks: readonly (string | Buffer)[]): Promise<string[]> {
  const lines: string[] = [];
  const stream = new PassThrough();
  eachLine(stream, (line) => lines.push(line));
  for (const chunk of chunks) {
    stream.write(chunk);
    // So that chunks are not joined.
    await new Promise(setImmediate);
  }
  stream.end();
  await once(stream, 'end');
  return lines;
}

it.each([
  [
    ['one\ntwo\n', 'three'],
    ['one', 'two', 'three'],
  ],
  [
    ['o', 'ne\r', '\ntwo\r\n'],
    ['one', 'two'],
  ],
  [
    ['10 %\r', '20 %\r100 %\n'],
    ['10 %', '20 %', '100 %'],
  ],
  [
    ['\n', '\n'],
    ['', ''],
  ],
])('hands over the lines of %j', async (chunks, lines) => {
  expect(await linesOf(chunks)).toEqual(lines);
});

it('keeps a character whole that comes in two pieces', async () => {
  const bytes = Buffer.from('ü\n');
  expect(await linesOf([bytes.subarray(0, 1), bytes.subarray(1)])).toEqual(['ü']);
});

it('does not wait for the end of a line that has none', async () => {
  const pieces = Array.from({ length: 20 }, () => 'x'.repeat(5000));
  const lines = await linesOf(pieces);
  expect(lines.join('')).toBe(pieces.join(''));
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(20_000);
});
