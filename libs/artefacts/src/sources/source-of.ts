import type { Location } from '../address/parse-uri.js';
import type { Context } from '../context.js';
import type { BucketPlace } from './bucket-place.js';
import { HttpSource } from './http-source.js';
import type { Source } from './source.js';

type RemoteLocation = Exclude<Location, { kind: 'path' | 'pvc' }>;

export async function sourceOf(
  location: RemoteLocation,
  { uri, env, limits, allowPrivate }: Context,
): Promise<Source> {
  const { shown } = uri;
  if (location.kind === 'http') {
    return new HttpSource(location.url, shown, { ...limits, allowPrivate: allowPrivate ?? false });
  }
  const place: BucketPlace = { ...location, shown, maxEntries: limits.maxEntries };
  const SourceOfStore = await STORES[location.kind]();
  return new SourceOfStore(place, env, limits.idleMs);
}

/** The vendors' SDKs are large, and most deployments need none of them. */
const STORES = {
  s3: async () => (await import('./s3-source.js')).S3Source,
  gs: async () => (await import('./gcs-source.js')).GcsSource,
};
