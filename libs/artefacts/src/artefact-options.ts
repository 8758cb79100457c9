export interface ArtefactLimits {
  /** Of the artefact as it is fetched, and of an archive once unpacked. */
  readonly maxBytes: number;
  /** Files of a folder, or entries of an archive. */
  readonly maxEntries: number;
  readonly maxRedirects: number;
  /** Of one file, the first included. */
  readonly maxAttempts: number;
  /** Before the second attempt; doubles from one to the next. */
  readonly retryDelayMs: number;
  /** Without a byte from the server. */
  readonly idleMs: number;
}

export const DEFAULT_LIMITS: ArtefactLimits = {
  maxBytes: 20 * 1024 ** 3,
  maxEntries: 10_000,
  maxRedirects: 5,
  maxAttempts: 5,
  retryDelayMs: 250,
  idleMs: 60_000,
};

interface Progress {
  /** The file within a folder, or the artefact's own name. */
  readonly path: string;
  readonly receivedBytes: number;
  /** Undefined where the server does not say. */
  readonly totalBytes: number | undefined;
}

export interface ArtefactOptions {
  readonly cacheDir: string;
  /** Lets http(s) URIs lead to addresses that are not public. */
  readonly allowPrivate?: boolean;
  /** The folders that local paths may lead to; relative ones start at the first. None: no local path is read. */
  readonly roots?: readonly string[];
  readonly limits?: Partial<ArtefactLimits>;
  /** Called for every piece that arrives. */
  readonly onProgress?: (progress: Progress) => void;
  /** Credentials and endpoints, as docs/artefacts.md lists them. */
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
}
