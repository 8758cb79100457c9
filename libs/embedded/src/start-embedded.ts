import { openDataDirectory } from './data-directory.js';
import { lockDirectory } from './directory-lock.js';
import { startPostgres } from './postgres.js';
import { announceServices, type ServiceUrls } from './running-services.js';
import { startValkey } from './valkey.js';

export interface EmbeddedServices extends ServiceUrls {
  /** Resolves once both servers are gone and the data directory is free. */
  stop(): Promise<void>;
}

/**
 * A real Postgres and a real Redis on 127.0.0.1 as children of this process, for machines that have none.
 * Postgres keeps its data in `dataDir`; Redis keeps nothing. They end when this process does, however it does.
 *
 * Throws a `DataDirectoryError` or an `EmbeddedServiceError`.
 */
export async function startEmbedded(
  dataDir: string,
  onProgress: (message: string) => void = () => undefined,
): Promise<EmbeddedServices> {
  const directory = await openDataDirectory(dataDir);
  const undo: (() => Promise<void>)[] = [await lockDirectory(directory)];
  const stop = async () => {
    while (undo.length > 0) await undo.pop()!();
  };
  try {
    const postgres = await startPostgres(directory, onProgress);
    undo.push(() => postgres.stop());
    const valkey = await startValkey(directory, onProgress);
    undo.push(() => valkey.stop());
    const urls = { databaseUrl: postgres.databaseUrl, redisUrl: valkey.redisUrl };
    undo.push(await announceServices(directory, urls));
    return { ...urls, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
