import { createReadStream } from 'node:fs';
import { readdir, realpath } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { extract, Parser, type ReadEntry } from 'tar';
import type { ArtefactLimits } from './artefact-options.js';
import { safePath } from './entry-path.js';
import {
  ArtefactError,
  ArtefactTooLargeError,
  BrokenArchiveError,
  messageOf,
  UnsafeEntryError,
  UnsupportedUriError,
} from './errors.js';
import { contains } from './local.js';

const TAR = /\.(tar|tar\.gz|tgz)$/i;
const OTHER = /\.(zip|tar\.(bz2|xz|zst)|7z|rar)$/i;

/** By its name; archives of other forms are refused, because nobody could use them packed. */
export function isArchive(shown: string, name: string): boolean {
  const other = OTHER.exec(name)?.[0];
  if (other === undefined) return TAR.test(name);
  throw new UnsupportedUriError(shown, 'archive', '.tar, .tar.gz or .tgz', other);
}

export interface UnpackRules {
  readonly shown: string;
  readonly limits: ArtefactLimits;
  readonly signal: AbortSignal | undefined;
}

/** Every entry is checked before the first one is written. */
export async function unpack(file: string, folder: string, rules: UnpackRules): Promise<void> {
  try {
    await check(file, rules);
    await extract({ file, cwd: folder, strict: true, preserveOwner: false, noChmod: true, noMtime: true });
    await checkLinks(rules.shown, await realpath(folder), folder);
  } catch (error) {
    rules.signal?.throwIfAborted();
    if (error instanceof ArtefactError) throw error;
    throw new BrokenArchiveError(rules.shown, 'archive', 'readable', messageOf(error), { cause: error });
  }
}

async function check(file: string, { shown, limits, signal }: UnpackRules): Promise<void> {
  const entries = new Entries(shown, limits);
  const parser = new Parser({
    strict: true,
    onReadEntry: (entry) => {
      try {
        entries.add(entry);
        entry.resume();
      } catch (error) {
        source.destroy(error as Error);
      }
    },
  });
  const source = createReadStream(file);
  await pipeline(source, parser as unknown as NodeJS.WritableStream, { signal });
  if (entries.count === 0) {
    throw new BrokenArchiveError(shown, 'archive', 'a tar file with entries', 'none');
  }
}

type Kind = 'file' | 'folder' | 'link' | 'hard link';

const KINDS: Readonly<Record<string, Kind>> = {
  File: 'file',
  OldFile: 'file',
  ContiguousFile: 'file',
  Directory: 'folder',
  SymbolicLink: 'link',
  Link: 'hard link',
};

/** What has been seen of an archive so far. */
class Entries {
  count = 0;
  private bytes = 0;
  private readonly kinds = new Map<string, Kind>();

  constructor(
    private readonly shown: string,
    private readonly limits: ArtefactLimits,
  ) {}

  add({ path: given, type, size, linkpath = '' }: ReadEntry): void {
    this.weigh(size);
    const path = safePath(this.shown, given);
    const kind = Object.hasOwn(KINDS, type) ? KINDS[type]! : null;
    if (kind === null) throw this.refuse('a file, a folder or a link', `${given} of type ${type}`);
    if (this.leadsThroughLink(path)) throw this.refuse('in a folder, not behind a link', given);
    if (kind === 'link') this.checkTarget(path, linkpath);
    if (kind === 'hard link' && this.kinds.get(safePath(this.shown, linkpath)) !== 'file') {
      throw this.refuse('a link to an earlier file of the archive', `${given} -> ${linkpath}`);
    }
    this.kinds.set(path, kind === 'hard link' ? 'file' : kind);
  }

  private weigh(size: number): void {
    const { maxEntries, maxBytes } = this.limits;
    this.count += 1;
    this.bytes += size;
    const refuse = (expected: string, got: string) =>
      new ArtefactTooLargeError(this.shown, 'archive', expected, got);
    if (this.count > maxEntries) throw refuse(`of at most ${maxEntries} entries`, 'more');
    if (this.bytes > maxBytes) throw refuse(`at most ${maxBytes} bytes once unpacked`, 'more');
  }

  /** Or replaces one. */
  private leadsThroughLink(path: string): boolean {
    const parts = path.split('/');
    return parts.some((_, i) => this.kinds.get(parts.slice(0, i + 1).join('/')) === 'link');
  }

  private checkTarget(path: string, target: string): void {
    const to = posix.join(posix.dirname(path), target);
    const climbs = to === '..' || to.startsWith('../');
    if (target === '' || posix.isAbsolute(target) || target.includes('\\') || climbs) {
      throw this.refuse('a link that stays inside the archive', `${path} -> ${target}`);
    }
  }

  private refuse(expected: string, got: string): UnsafeEntryError {
    return new UnsafeEntryError(this.shown, 'entry', expected, got);
  }
}

/** A link may lead out by way of another one, which only the file system can tell. */
async function checkLinks(shown: string, root: string, folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await checkLinks(shown, root, path);
    if (!entry.isSymbolicLink()) continue;
    const real = await realpath(path).catch(() => 'nothing');
    if (!contains(root, real)) {
      throw new UnsafeEntryError(
        shown,
        'entry',
        'a link to something in the archive',
        `${entry.name} -> ${real}`,
      );
    }
  }
}
