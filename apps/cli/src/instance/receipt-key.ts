import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InvalidReceiptKeyError } from './errors.js';

const KEY_BYTES = 32;

/** The key that signs receipts; made at the first start and kept in the data directory. */
export async function receiptKey(dataDir: string): Promise<Buffer> {
  const file = join(dataDir, 'receipt.key');
  try {
    await writeFile(file, randomBytes(KEY_BYTES), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const key = await readFile(file);
  if (key.length !== KEY_BYTES) throw new InvalidReceiptKeyError(file, KEY_BYTES, key.length);
  return key;
}
