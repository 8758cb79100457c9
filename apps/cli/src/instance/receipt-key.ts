import { randomBytes, randomUUID } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isThere, linked, writeWhole } from '#system';
import { InvalidReceiptKeyError } from './errors.js';

const KEY_BYTES = 32;

/** The key that signs receipts; made at the first start and kept in the data directory. */
export async function receiptKey(dataDir: string): Promise<Buffer> {
  const file = join(dataDir, 'receipt.key');
  if (!(await isThere(file))) await makeKey(file);
  const key = await readFile(file);
  if (key.length !== KEY_BYTES) throw new InvalidReceiptKeyError(file, KEY_BYTES, key.length);
  return key;
}

/** A crash leaves the whole key or none; of several that make one, the first one's holds. */
async function makeKey(file: string): Promise<void> {
  const draft = `${file}.${randomUUID()}`;
  await writeWhole(draft, randomBytes(KEY_BYTES));
  try {
    await linked(draft, file);
  } finally {
    await rm(draft);
  }
}
