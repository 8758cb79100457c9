import { posix } from 'node:path';
import { ArtefactTooLargeError, MissingArtefactError } from '../errors.js';
import type { Found, RemoteObject } from './source.js';

export interface BucketPlace {
  readonly bucket: string;
  /** Of one object, or a prefix. */
  readonly key: string;
  readonly shown: string;
  readonly maxEntries: number;
}

export interface Listed {
  readonly key: string;
  readonly size: number;
  readonly version: string | undefined;
}

/** Undefined where the key can only be a prefix. */
export function keyOfObject({ key }: BucketPlace): string | undefined {
  return key === '' || key.endsWith('/') ? undefined : key;
}

export function prefixOf({ key }: BucketPlace): string {
  return key === '' ? '' : key.replace(/\/*$/, '/');
}

export function foundObject({ key, size, version }: Listed): Found {
  return { isFolder: false, objects: [{ path: posix.basename(key), key, size, version }] };
}

/** Objects under the prefix by their path below it; the empty ones that only mark a folder are left out. */
export async function foundFolder(place: BucketPlace, listing: AsyncIterable<Listed>): Promise<Found> {
  const { shown, maxEntries } = place;
  const prefix = prefixOf(place);
  const objects: RemoteObject[] = [];
  for await (const { key, size, version } of listing) {
    if (key.endsWith('/')) continue;
    objects.push({ path: key.slice(prefix.length), key, size, version });
    if (objects.length > maxEntries) {
      throw new ArtefactTooLargeError(shown, 'folder', `of at most ${maxEntries} files`, 'more');
    }
  }
  if (objects.length > 0) return { isFolder: true, objects };
  throw new MissingArtefactError(shown, 'artefact', 'there', 'neither an object nor a prefix with objects');
}
