import { randomUUID } from 'node:crypto';
import { chmod, copyFile, link, mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errorCode, isThere, readIfThere, writeWhole } from '#system';
import { lock, type Release } from './lock.js';
import { sha256 } from './sha256.js';

export interface StoredFile {
  /** Relative to the folder; of a single file its name. */
  readonly path: string;
  readonly sha256: string;
  readonly size: number;
  readonly version: string | undefined;
}

/** What one URI led to when it was last fetched. */
export interface IndexEntry {
  /** New with every fetch that brought something. */
  readonly fetch: string;
  readonly tree: string;
  /** A file, so that the caller gets the one file of the tree. */
  readonly isFile: boolean;
  readonly files: readonly StoredFile[];
}

const FOLDERS = ['objects', 'trees', 'index', 'locks', 'parts'] as const;

/**
 * `objects/` holds files under their SHA-256, `trees/` what callers get: files under their names (hard links to the
 * objects), or an unpacked archive, in a folder that is named after the hash of all its content. `index/` says what each
 * URI led to. Everything comes into being under another name and is renamed.
 */
export class ArtefactCache {
  private constructor(private readonly folder: string) {}

  static async open(folder: string): Promise<ArtefactCache> {
    for (const name of FOLDERS) await mkdir(join(folder, name), { recursive: true, mode: 0o700 });
    return new ArtefactCache(folder);
  }

  async entryOf(key: string): Promise<IndexEntry | null> {
    const text = await readIfThere(join(this.folder, 'index', `${key}.json`));
    return text === null ? null : (JSON.parse(text) as IndexEntry);
  }

  async record(key: string, content: Omit<IndexEntry, 'fetch'>): Promise<void> {
    const entry: IndexEntry = { ...content, fetch: randomUUID() };
    await writeWhole(join(this.folder, 'index', `${key}.json`), JSON.stringify(entry));
  }

  lock(key: string, signal: AbortSignal | undefined): Promise<Release> {
    return lock(join(this.folder, 'locks'), key, signal);
  }

  /** What the caller of the URI gets. */
  pathOf({ tree, isFile, files }: Omit<IndexEntry, 'fetch'>): string {
    return isFile ? join(this.treePath(tree), files[0]!.path) : this.treePath(tree);
  }

  partPath(key: string): string {
    return join(this.folder, 'parts', key);
  }

  objectPath(hash: string): string {
    return join(this.folder, 'objects', hash);
  }

  treePath(tree: string): string {
    return join(this.folder, 'trees', tree);
  }

  hasObject(hash: string): Promise<boolean> {
    return isThere(this.objectPath(hash));
  }

  hasTree(tree: string): Promise<boolean> {
    return isThere(this.treePath(tree));
  }

  async keepObject(file: string, hash: string): Promise<void> {
    if (await this.hasObject(hash)) return rm(file);
    await chmod(file, 0o400);
    await rename(file, this.objectPath(hash));
  }

  async dropObject(hash: string): Promise<void> {
    await rm(this.objectPath(hash), { force: true });
  }

  /** The folder with these files under their names. */
  async treeOf(files: readonly StoredFile[]): Promise<string> {
    const tree = treeOfFiles(files);
    await this.makeTree(tree, async (folder) => {
      for (const file of files) {
        const target = join(folder, file.path);
        await mkdir(dirname(target), { recursive: true });
        await linkOrCopy(this.objectPath(file.sha256), target);
      }
    });
    return tree;
  }

  /** Nothing is left behind when `fill` throws. */
  async makeTree(tree: string, fill: (folder: string) => Promise<void>): Promise<void> {
    if (await this.hasTree(tree)) return;
    const draft = this.treePath(`draft-${randomUUID()}`);
    await mkdir(draft, { mode: 0o700 });
    try {
      await fill(draft);
      await rename(draft, this.treePath(tree));
    } catch (error) {
      await rm(draft, { recursive: true, force: true });
      if (!(await this.hasTree(tree)) || !ALREADY_THERE.has(errorCode(error) ?? '')) throw error;
    }
  }
}

const ALREADY_THERE = new Set(['EEXIST', 'ENOTEMPTY']);

function treeOfFiles(files: readonly { readonly path: string; readonly sha256: string }[]): string {
  return sha256(JSON.stringify(files.map((file) => [file.path, file.sha256]).sort()));
}

export function treeOfArchive(hash: string): string {
  return sha256(`unpacked ${hash}`);
}

async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if (errorCode(error) === 'EEXIST' || errorCode(error) === 'ENOENT') throw error;
    await copyFile(from, to);
  }
}
