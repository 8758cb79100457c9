import type { Readable } from 'node:stream';

export interface RemoteObject {
  /** Relative to the folder; of a single file its name. */
  readonly path: string;
  /** How the source calls it. */
  readonly key: string;
  readonly size: number | undefined;
  /** ETag or generation; undefined where only the answer to `open` tells it. */
  readonly version: string | undefined;
}

export interface Found {
  readonly isFolder: boolean;
  readonly objects: readonly RemoteObject[];
}

export interface Wanted {
  /** The first byte; of version `match`, when that is given. */
  readonly from: number;
  readonly match: string | undefined;
  /** Answer null when this is still the version. */
  readonly unless: string | undefined;
}

export interface Opened {
  readonly body: Readable;
  /** Where the body begins: 0 when the server could not or would not go on from `Wanted.from`. */
  readonly from: number;
  /** Of the whole object. */
  readonly size: number | undefined;
  readonly version: string | undefined;
}

/** One place that artefacts come from. What may be gone at the next attempt is thrown as `PassingFailure`. */
export interface Source {
  /** Tells equal URIs of different servers apart. */
  readonly identity: string;
  find(signal: AbortSignal | undefined): Promise<Found>;
  open(object: RemoteObject, wanted: Wanted, signal: AbortSignal | undefined): Promise<Opened | null>;
  /** What an error of `Opened.body` means, where it is more than a broken connection. */
  failureOfBody(error: unknown): Error | null;
  close(): Promise<void>;
}
