import type { Location } from '../address/parse-uri.js';
import type { Context } from '../context.js';
import { GcsSource } from './gcs-source.js';
import { HttpSource } from './http-source.js';
import { S3Source } from './s3-source.js';
import type { Source } from './source.js';

type RemoteLocation = Exclude<Location, { kind: 'path' | 'pvc' }>;

export function sourceOf(location: RemoteLocation, { uri, env, limits, allowPrivate }: Context): Source {
  const { shown } = uri;
  if (location.kind === 'http') {
    return new HttpSource(location.url, shown, { ...limits, allowPrivate: allowPrivate ?? false });
  }
  const place = { ...location, shown, maxEntries: limits.maxEntries };
  return new STORES[location.kind](place, env, limits.idleMs);
}

const STORES = { s3: S3Source, gs: GcsSource };
