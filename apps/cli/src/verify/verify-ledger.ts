import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { NestFactory } from '@nestjs/core';
import { runningServices, startEmbedded } from '#embedded';
import { Ledger, type Verification } from '#experiments';
import { migrateDatabase, StorageModule } from '#storage';
import { environment } from '../environment.js';
import { logger, useStderrLogger } from '../stderr-logger.js';

interface Urls {
  readonly databaseUrl: string;
  readonly redisUrl: string;
}

/** There is no ledger where one was looked for. */
class NothingToVerifyError extends Error {
  override readonly name = 'NothingToVerifyError';

  constructor(readonly dataDir: string) {
    super(
      `there is nothing to verify: ${dataDir} does not exist; name the data directory with --data-dir, ` +
        'or the database with DATABASE_URL',
    );
  }
}

/** Verifies the ledger of `DATABASE_URL`, of the instance that runs on `dataDir`, or of `dataDir` at rest. */
export async function verifyLedger(dataDir: string, progress: (line: string) => void): Promise<Verification> {
  useStderrLogger();
  const { databaseUrl, redisUrl = 'redis://127.0.0.1:6379' } = environment();
  if (databaseUrl) return verify({ databaseUrl, redisUrl });
  if (!existsSync(dataDir)) throw new NothingToVerifyError(resolve(dataDir));
  const running = await runningServices(dataDir);
  return running ? verify(running) : verifyAtRest(dataDir, progress);
}

async function verifyAtRest(dataDir: string, progress: (line: string) => void): Promise<Verification> {
  const services = await startEmbedded(dataDir, progress);
  try {
    await migrateDatabase(services.databaseUrl);
    return await verify(services);
  } finally {
    await services.stop();
  }
}

async function verify(urls: Urls): Promise<Verification> {
  const context = await NestFactory.createApplicationContext(StorageModule.forRoot(urls), {
    abortOnError: false,
    logger,
  });
  try {
    return await context.get(Ledger).verify();
  } finally {
    await context.close();
  }
}
