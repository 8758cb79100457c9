import { type Bucket, type File, type FileMetadata, Storage } from '@google-cloud/storage';
import { ArtefactError } from '../errors.js';
import {
  type BucketPlace,
  foundFolder,
  foundObject,
  keyOfObject,
  type Listed,
  prefixOf,
} from './bucket-place.js';
import type { Found, Opened, RemoteObject, Source, Wanted } from './source.js';
import { failureOfSdk } from './statuses.js';

/** One object of Google Cloud Storage, or everything under a prefix. */
export class GcsSource implements Source {
  readonly identity: string;
  private readonly bucket: Bucket;

  constructor(
    private readonly place: BucketPlace,
    { STORAGE_EMULATOR_HOST, GOOGLE_APPLICATION_CREDENTIALS }: NodeJS.ProcessEnv,
    idleMs: number,
  ) {
    this.identity = STORAGE_EMULATOR_HOST ?? '';
    const storage = new Storage({
      timeout: idleMs,
      // Attempts are counted by the caller, for the part that is still missing.
      retryOptions: { autoRetry: false },
      ...(STORAGE_EMULATOR_HOST && { apiEndpoint: STORAGE_EMULATOR_HOST }),
      ...(GOOGLE_APPLICATION_CREDENTIALS && { keyFilename: GOOGLE_APPLICATION_CREDENTIALS }),
    });
    this.bucket = storage.bucket(place.bucket);
  }

  async find(signal: AbortSignal | undefined): Promise<Found> {
    const key = keyOfObject(this.place);
    try {
      const object = key === undefined ? null : await this.metadata(key);
      return object ? foundObject(object) : await foundFolder(this.place, this.list());
    } catch (error) {
      signal?.throwIfAborted();
      throw this.failure(error);
    }
  }

  async open({ key, size, version }: RemoteObject, { from, match }: Wanted): Promise<Opened> {
    const start = match === version ? from : 0;
    const file = this.bucket.file(key, { generation: version });
    // The bytes as they are stored, so that they can be continued. The SDK cannot check a part of a file.
    const body = file.createReadStream({ start, validation: false, decompress: false });
    return { body, from: start, size, version };
  }

  /** The SDK answers with a stream before the server has answered at all. */
  failureOfBody(error: unknown): Error {
    return this.failure(error);
  }

  async close(): Promise<void> {}

  private async metadata(key: string): Promise<Listed | null> {
    try {
      const [metadata] = await this.bucket.file(key).getMetadata();
      return listed(key, metadata);
    } catch (error) {
      if (statusOf(error) === 404) return null;
      throw error;
    }
  }

  private async *list(): AsyncGenerator<Listed> {
    const files = this.bucket.getFilesStream({ prefix: prefixOf(this.place) });
    for await (const { name, metadata } of files as AsyncIterable<File>) yield listed(name, metadata);
  }

  private failure(error: unknown): Error {
    return error instanceof ArtefactError ? error : failureOfSdk(this.place.shown, error, statusOf(error));
  }
}

function listed(key: string, { size, generation }: FileMetadata): Listed {
  return { key, size: Number(size ?? 0), version: generation === undefined ? undefined : String(generation) };
}

function statusOf(error: unknown): number | undefined {
  const code = (error as { code?: unknown }).code;
  return typeof code === 'number' ? code : undefined;
}
