import { once } from 'node:events';
import { gunzipSync, gzipSync } from 'node:zlib';
import { Header, Parser, type ReadEntry } from 'tar';
import { ENTRY, InvalidPackageError, MAX_BYTES, type PackageForm, type PackedFile } from './package-form.js';

const EPOCH = new Date(0);
const BLOCK = 512;
const FILES: readonly string[] = ['File', 'OldFile', 'ContiguousFile'];

export const tarForm: PackageForm = { pack: (content) => gzipSync(tarOf(content)), unpack };

function tarOf(content: Buffer): Buffer {
  const header = Buffer.alloc(BLOCK);
  new Header({ path: ENTRY, type: 'File', mode: 0o644, size: content.length, mtime: EPOCH }).encode(header);
  const padding = Buffer.alloc(-content.length & (BLOCK - 1));
  return Buffer.concat([header, content, padding, Buffer.alloc(2 * BLOCK)]);
}

async function unpack(bytes: Buffer): Promise<PackedFile[]> {
  const found: PackedFile[] = [];
  const parser = new Parser({
    strict: true,
    onReadEntry: (entry) => {
      if (entry.type !== 'Directory') found.push(fileOf(entry));
      entry.resume();
    },
  });
  const ended = once(parser, 'end');
  parser.end(gunzipSync(bytes, { maxOutputLength: MAX_BYTES + 100 * BLOCK }));
  await ended;
  return found;
}

function fileOf(entry: ReadEntry): PackedFile {
  if (!FILES.includes(entry.type)) {
    throw new InvalidPackageError('files only', `${entry.path} of type ${entry.type}`);
  }
  const chunks: Uint8Array[] = [];
  entry.on('data', (chunk) => chunks.push(chunk));
  return { name: entry.path, content: () => Buffer.concat(chunks) };
}
