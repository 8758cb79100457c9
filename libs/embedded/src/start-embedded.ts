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
    const starting = [startPostgres(directory, onProgress), startValkey(directory, onProgress)] as const;
    for (const service of await Promise.allSettled(starting)) {
      if (service.status === 'fulfilled') undo.push(() => service.value.stop());
    }
    const [{ databaseUrl }, { redisUrl }] = await Promise.all(starting);
    const urls = { databaseUrl, redisUrl };
    undo.push(await announceServices(directory, urls));
    return { ...urls, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
