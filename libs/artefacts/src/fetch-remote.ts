import {
  type ArtefactCache,
  type IndexEntry,
  type StoredFile,
  treeOfArchive,
} from './cache/artefact-cache.js';
import { sha256 } from './cache/sha256.js';
import { checkSum, refuseChecksumOfFolder } from './checksum.js';
import type { Context } from './context.js';
import { download } from './download.js';
import { safePath } from './entry-path.js';
import type { Found, RemoteObject, Source } from './sources/source.js';
import { isArchive, unpack } from './unpack.js';
import { withAttempts } from './with-attempts.js';

/** Callers of the same URI, in this process or others, take turns; who waited finds what the first one brought. */
export async function fetchRemote(source: Source, cache: ArtefactCache, context: Context): Promise<string> {
  const key = sha256(JSON.stringify([source.identity, context.uri.text]));
  const before = await cache.entryOf(key);
  const release = await cache.lock(key, context.signal);
  try {
    return await new RemoteFetch(source, cache, context, key).run(before);
  } finally {
    await release();
  }
}

class RemoteFetch {
  constructor(
    private readonly source: Source,
    private readonly cache: ArtefactCache,
    private readonly context: Context,
    private readonly key: string,
  ) {}

  async run(before: IndexEntry | null): Promise<string> {
    const { uri, signal } = this.context;
    const known = await this.known();
    if (known && this.isFresh(known, before)) return this.cache.pathOf(known);
    const found = await withAttempts(this.context, () => this.source.find(signal));
    const isPacked = !found.isFolder && isArchive(uri.shown, found.objects[0]!.path);
    if (found.isFolder) refuseChecksumOfFolder(uri);
    const files = await this.obtainAll(found, known, isPacked);
    if (known && files.length === known.files.length && files.every((file) => known.files.includes(file))) {
      return this.cache.pathOf(known);
    }
    const tree = isPacked ? await this.unpacked(files[0]!.sha256) : await this.cache.treeOf(files);
    const entry = { tree, isFile: !found.isFolder && !isPacked, files };
    await this.cache.record(this.key, entry);
    return this.cache.pathOf(entry);
  }

  private async known(): Promise<IndexEntry | null> {
    const entry = await this.cache.entryOf(this.key);
    return entry !== null && (await this.cache.hasTree(entry.tree)) ? entry : null;
  }

  /** What has this checksum cannot change; and what another caller brought while this one waited is new enough. */
  private isFresh(known: IndexEntry, before: IndexEntry | null): boolean {
    const { sha256: wanted } = this.context.uri;
    if (wanted !== undefined) return known.files.length === 1 && known.files[0]!.sha256 === wanted;
    return known.fetch !== before?.fetch;
  }

  /** One after the other: the caps are those of the artefact, and the network is the narrow part. */
  private async obtainAll(
    { objects }: Found,
    known: IndexEntry | null,
    isPacked: boolean,
  ): Promise<StoredFile[]> {
    const files: StoredFile[] = [];
    let room = this.context.limits.maxBytes;
    for (const object of objects) {
      const path = safePath(this.context.uri.shown, object.path);
      const file = await this.obtain({ ...object, path }, known, isPacked, room);
      room -= file.size;
      files.push(file);
    }
    return files;
  }

  private async obtain(
    object: RemoteObject,
    known: IndexEntry | null,
    isPacked: boolean,
    room: number,
  ): Promise<StoredFile> {
    const old = known?.files.find(({ path }) => path === object.path);
    const kept = old && (isPacked || (await this.cache.hasObject(old.sha256))) ? old : undefined;
    if (kept?.version !== undefined && kept.version === object.version) return kept;
    const key = sha256(JSON.stringify([this.key, object.path]));
    const job = { object, key, unless: kept?.version, room };
    const file = (await download(this.source, this.cache, job, this.context)) ?? kept!;
    checkSum(this.context.uri, file.sha256);
    return file;
  }

  /** The archive itself is of no more use then. */
  private async unpacked(hash: string): Promise<string> {
    const { uri, limits, signal } = this.context;
    const tree = treeOfArchive(hash);
    const file = this.cache.objectPath(hash);
    try {
      await this.cache.makeTree(tree, (folder) => unpack(file, folder, { shown: uri.shown, limits, signal }));
    } finally {
      await this.cache.dropObject(hash);
    }
    return tree;
  }
}
