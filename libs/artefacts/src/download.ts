import { addAbortSignal } from 'node:stream';
import type { ArtefactCache, StoredFile } from './cache/artefact-cache.js';
import { PartFile } from './cache/part-file.js';
import type { Context } from './context.js';
import {
  ArtefactError,
  ArtefactTooLargeError,
  messageOf,
  PassingFailure,
  UnreachableArtefactError,
} from './errors.js';
import type { Opened, RemoteObject, Source } from './sources/source.js';
import { withAttempts } from './with-attempts.js';

export interface DownloadJob {
  readonly object: RemoteObject;
  /** Names what has arrived so far, for a later call to go on with. */
  readonly key: string;
  /** The version that is there already. */
  readonly unless: string | undefined;
  /** Bytes that the artefact's limit leaves for this object. */
  readonly room: number;
}

/** Brings an object into the cache; null when its version is still `unless`. */
export async function download(
  source: Source,
  cache: ArtefactCache,
  job: DownloadJob,
  context: Context,
): Promise<StoredFile | null> {
  if (job.object.size !== undefined) checkSize(context, job, job.object.size);
  const part = await PartFile.open(cache.partPath(job.key));
  try {
    if (!(await withAttempts(context, () => receive(source, part, job, context)))) {
      await part.discard();
      return null;
    }
  } catch (error) {
    const isFinal = error instanceof ArtefactError && !(error instanceof UnreachableArtefactError);
    await (isFinal ? part.discard() : part.leave());
    throw error;
  }
  const { path, received: size, version } = part;
  const sha256 = await part.finish();
  await cache.keepObject(path, sha256);
  return { path: job.object.path, sha256, size, version };
}

/** One attempt; false when there is nothing new. */
async function receive(source: Source, part: PartFile, job: DownloadJob, context: Context): Promise<boolean> {
  const from = part.version === undefined ? 0 : part.received;
  const wanted = { from, match: part.version, unless: job.unless };
  const opened = await source.open(job.object, wanted, context.signal);
  if (opened === null) return false;
  if (context.signal) addAbortSignal(context.signal, opened.body);
  try {
    await take(part, opened, job, context);
  } catch (error) {
    if (error instanceof ArtefactError || error instanceof PassingFailure || isLocal(error)) throw error;
    throw source.failureOfBody(error) ?? new PassingFailure(messageOf(error), { cause: error });
  } finally {
    opened.body.on('error', () => undefined).destroy();
  }
  return true;
}

async function take(part: PartFile, opened: Opened, job: DownloadJob, context: Context): Promise<void> {
  const { body, from, size, version } = opened;
  if (size !== undefined) checkSize(context, job, size);
  if (from === 0 || from !== part.received) await part.restart(version);
  await part.append(body, (received) => {
    context.signal?.throwIfAborted();
    checkSize(context, job, received);
    context.onProgress?.({ path: job.object.path, receivedBytes: received, totalBytes: size });
  });
  if (size !== undefined && part.received !== size) {
    throw new PassingFailure(`${part.received} of ${size} bytes`);
  }
}

/** A full disk does not get better by asking the server again. */
function isLocal(error: unknown): boolean {
  const { syscall } = error as NodeJS.ErrnoException;
  return syscall !== undefined && ['write', 'ftruncate', 'open', 'rename'].includes(syscall);
}

function checkSize({ uri, limits }: Context, { room }: DownloadJob, size: number): void {
  if (size <= room) return;
  const expected = `at most ${limits.maxBytes} bytes`;
  throw new ArtefactTooLargeError(uri.shown, 'artefact', expected, 'more');
}
