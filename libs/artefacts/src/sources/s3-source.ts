import type { Readable } from 'node:stream';
import { GetObjectCommand, HeadObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { ArtefactError } from '../errors.js';
import {
  type BucketPlace,
  foundFolder,
  foundObject,
  keyOfObject,
  type Listed,
  prefixOf,
} from './bucket-place.js';
import { s3Settings } from './s3-settings.js';
import type { Found, Opened, RemoteObject, Source, Wanted } from './source.js';
import { failureOfSdk } from './statuses.js';

/** One object of S3, or of what speaks its protocol, or everything under a prefix. */
export class S3Source implements Source {
  readonly identity: string;
  private readonly client: S3Client;

  constructor(
    private readonly place: BucketPlace,
    env: NodeJS.ProcessEnv,
    idleMs: number,
  ) {
    const settings = s3Settings(place.shown, env, idleMs);
    this.identity = settings.endpoint ?? '';
    this.client = new S3Client(settings);
  }

  async find(signal: AbortSignal | undefined): Promise<Found> {
    const key = keyOfObject(this.place);
    try {
      const object = key === undefined ? null : await this.head(key, signal);
      return object ? foundObject(object) : await foundFolder(this.place, this.list(signal));
    } catch (error) {
      throw this.failure(error, signal);
    }
  }

  async open(
    { key, size, version }: RemoteObject,
    { from, match }: Wanted,
    signal: AbortSignal | undefined,
  ): Promise<Opened> {
    const start = match === version ? from : 0;
    const range = start > 0 ? { Range: `bytes=${start}-` } : {};
    const command = new GetObjectCommand({
      Bucket: this.place.bucket,
      Key: key,
      IfMatch: version,
      ...range,
    });
    try {
      const { Body } = await this.client.send(command, { abortSignal: signal });
      return { body: Body as Readable, from: start, size, version };
    } catch (error) {
      throw this.failure(error, signal);
    }
  }

  failureOfBody(): null {
    return null;
  }

  async close(): Promise<void> {
    this.client.destroy();
  }

  private async head(key: string, signal: AbortSignal | undefined): Promise<Listed | null> {
    const command = new HeadObjectCommand({ Bucket: this.place.bucket, Key: key });
    try {
      const { ContentLength = 0, ETag } = await this.client.send(command, { abortSignal: signal });
      return { key, size: ContentLength, version: ETag };
    } catch (error) {
      if (statusOf(error) === 404) return null;
      throw error;
    }
  }

  private async *list(signal: AbortSignal | undefined): AsyncGenerator<Listed> {
    const input = { Bucket: this.place.bucket, Prefix: prefixOf(this.place) };
    for await (const page of paginateListObjectsV2({ client: this.client }, input, { abortSignal: signal })) {
      for (const { Key: key = '', Size: size = 0, ETag: version } of page.Contents ?? []) {
        yield { key, size, version };
      }
    }
  }

  private failure(error: unknown, signal: AbortSignal | undefined): Error {
    signal?.throwIfAborted();
    return error instanceof ArtefactError ? error : failureOfSdk(this.place.shown, error, statusOf(error));
  }
}

function statusOf(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
}
