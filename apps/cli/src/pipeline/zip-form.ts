import { unzipSync, zipSync } from 'fflate';
import { ENTRY, InvalidPackageError, MAX_BYTES, type PackageForm, type PackedFile } from './package-form.js';

/** The first day that a zip file can state. */
const EPOCH = new Date(1980, 0, 1);

export const zipForm: PackageForm = {
  pack: (content) => zipSync({ [ENTRY]: [content, { mtime: EPOCH }] }),
  unpack: async (bytes) => filesOf(bytes),
};

function filesOf(bytes: Buffer): PackedFile[] {
  const found: PackedFile[] = [];
  unzipSync(bytes, {
    filter: ({ name, originalSize }) => {
      if (!name.endsWith('/')) found.push({ name, content: () => inflate(bytes, name, originalSize) });
      return false;
    },
  });
  return found;
}

/** What is inflated beyond the stated size is dropped by fflate. */
function inflate(bytes: Buffer, wanted: string, size: number): Uint8Array {
  if (size > MAX_BYTES) throw new InvalidPackageError(`${wanted} of at most ${MAX_BYTES} bytes`, `${size}`);
  return unzipSync(bytes, { filter: ({ name }) => name === wanted })[wanted]!;
}
