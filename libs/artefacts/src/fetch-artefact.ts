import { parseUri } from './address/parse-uri.js';
import { type ArtefactOptions, DEFAULT_LIMITS } from './artefact-options.js';
import { ArtefactCache } from './cache/artefact-cache.js';
import type { Context } from './context.js';
import { fetchLocal } from './fetch-local.js';
import { fetchRemote } from './fetch-remote.js';
import { pathInside } from './local.js';
import { mountOf } from './pvc.js';
import { sourceOf } from './sources/source-of.js';

/**
 * The artefact as a local file or folder, which nobody may change. Local paths stay where they are; everything else is
 * brought into the cache, unless it is there and unchanged. Archives are unpacked. Fails with an `ArtefactError`, or with
 * the signal's reason.
 */
export async function fetchArtefact(uri: string, options: ArtefactOptions): Promise<string> {
  const parsed = parseUri(uri);
  const context: Context = { ...options, uri: parsed, limits: { ...DEFAULT_LIMITS, ...options.limits } };
  const { location, shown } = parsed;
  if (location.kind === 'path') {
    return fetchLocal(await pathInside(shown, options.roots ?? [], location.path), context);
  }
  if (location.kind === 'pvc') {
    const mount = mountOf(shown, location.claim, options.env);
    return fetchLocal(await pathInside(shown, [mount], location.path), context);
  }
  const source = await sourceOf(location, context);
  try {
    return await fetchRemote(source, await ArtefactCache.open(options.cacheDir), context);
  } catch (error) {
    options.signal?.throwIfAborted();
    throw error;
  } finally {
    await source.close();
  }
}
