import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { ArtefactCache, treeOfArchive } from './cache/artefact-cache.js';
import { sha256OfFile } from './cache/sha256.js';
import { checkSum, refuseChecksumOfFolder } from './checksum.js';
import type { Context } from './context.js';
import { isArchive, unpack } from './unpack.js';

/** A path that may be read: itself, or what it holds when it is an archive. */
export async function fetchLocal(path: string, context: Context): Promise<string> {
  const { uri, cacheDir, limits, signal } = context;
  if ((await stat(path)).isDirectory()) {
    refuseChecksumOfFolder(uri);
    return path;
  }
  const packed = isArchive(uri.shown, basename(path));
  if (!packed && uri.sha256 === undefined) return path;
  const hash = await sha256OfFile(path, signal);
  checkSum(uri, hash);
  if (!packed) return path;
  const cache = await ArtefactCache.open(cacheDir);
  const tree = treeOfArchive(hash);
  await cache.makeTree(tree, (folder) => unpack(path, folder, { shown: uri.shown, limits, signal }));
  return cache.treePath(tree);
}
