import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { InvalidReceiptKeyError } from './errors.js';
import { receiptKey } from './receipt-key.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'receipt-key-'));
});
afterEach(() => rm(folder, { recursive: true }));

it('is the same for all that ask for it, the first time too, and for its owner alone', async () => {
  const keys = await Promise.all(Array.from({ length: 16 }, () => receiptKey(folder)));
  expect(new Set(keys.map((key) => key.toString('hex'))).size).toBe(1);
  expect(await receiptKey(folder)).toEqual(keys[0]);
  expect(keys[0]).toHaveLength(32);
  expect(await readdir(folder)).toEqual(['receipt.key']);
  expect((await stat(join(folder, 'receipt.key'))).mode & 0o777).toBe(0o600);
});

it('is not replaced where it is no key', async () => {
  await writeFile(join(folder, 'receipt.key'), 'short');
  await expect(receiptKey(folder)).rejects.toBeInstanceOf(InvalidReceiptKeyError);
});
