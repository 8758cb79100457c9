import { Logger, type OnModuleDestroy } from '@nestjs/common';
import type { DataSource } from 'typeorm';

const RETRY_MS = 1000;

/** A database that may be away when this process starts. Once it was there, the pool finds it again by itself. */
export class LateDatabase implements OnModuleDestroy {
  private readonly logger = new Logger('Postgres');
  private timer: NodeJS.Timeout | undefined;
  private attempt: Promise<void> = Promise.resolve();
  private closed = false;
  private isAway = false;

  private constructor(private readonly dataSource: DataSource) {}

  /** Resolves after the first attempt, whether or not it worked; others follow until one does. */
  static async connect(dataSource: DataSource): Promise<LateDatabase> {
    const database = new LateDatabase(dataSource);
    await database.try();
    return database;
  }

  async onModuleDestroy(): Promise<void> {
    this.closed = true;
    clearTimeout(this.timer);
    await this.attempt;
  }

  private try(): Promise<void> {
    this.attempt = this.initialize();
    return this.attempt;
  }

  private async initialize(): Promise<void> {
    try {
      await this.dataSource.initialize();
      if (this.isAway) this.logger.warn('Postgres can be reached now');
    } catch (error) {
      if (!this.isAway) this.logger.warn(`Postgres cannot be reached yet: ${reasonOf(error as Error)}`);
      this.isAway = true;
      if (!this.closed) this.timer = setTimeout(() => void this.try(), RETRY_MS);
    }
  }
}

/** A name with several addresses fails with an error for each, and no message of its own. */
function reasonOf({ message, ...error }: Error & { readonly code?: string }): string {
  return message || error.code || 'no reason given';
}
