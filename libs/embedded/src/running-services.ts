import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readIfThere, writeWhole } from '#system';
import { processIdentity } from './process-identity.js';

export interface ServiceUrls {
  readonly databaseUrl: string;
  readonly redisUrl: string;
}

interface Announcement extends ServiceUrls {
  readonly pid: number;
  readonly identity: string | null;
}

/** The embedded services that another process runs on this data directory now; null when none does. */
export async function runningServices(dataDir: string): Promise<ServiceUrls | null> {
  const text = await readIfThere(fileIn(dataDir));
  if (text === null) return null;
  const { databaseUrl, redisUrl, pid, identity } = JSON.parse(text) as Announcement;
  const now = await processIdentity(pid);
  return now !== null && now === identity ? { databaseUrl, redisUrl } : null;
}

/** Returns the withdrawal. The file holds the database's password: only its owner may read it. */
export async function announceServices(dataDir: string, urls: ServiceUrls): Promise<() => Promise<void>> {
  const announcement: Announcement = {
    ...urls,
    pid: process.pid,
    identity: await processIdentity(process.pid),
  };
  await writeWhole(fileIn(dataDir), `${JSON.stringify(announcement, null, 2)}\n`);
  return () => rm(fileIn(dataDir), { force: true });
}

function fileIn(dataDir: string): string {
  return join(dataDir, 'services.json');
}
