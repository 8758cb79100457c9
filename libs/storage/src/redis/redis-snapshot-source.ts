import { Logger } from '@nestjs/common';
import type { Redis } from 'ioredis';
import type { DataSource } from 'typeorm';
import { type PublishedSnapshot, SnapshotSource } from '#experiments';
import { publishedSnapshots } from '../published-snapshots.js';
import { snapshotChannel } from './keys.js';
import type { RedisConnections } from './redis-connections.js';

export class RedisSnapshotSource extends SnapshotSource {
  private readonly logger = new Logger('SnapshotSource');

  constructor(
    private readonly dataSource: DataSource,
    private readonly connections: RedisConnections,
  ) {
    super();
  }

  override load(): Promise<PublishedSnapshot[]> {
    return publishedSnapshots(this.dataSource, null);
  }

  /** Resolves when the first attempt to subscribe has ended; with Redis away it subscribes once Redis is there. */
  override async subscribe(onSnapshot: (snapshot: PublishedSnapshot) => void): Promise<void> {
    const redis = this.connections.connect();
    redis.on('message', (_channel, message) => this.receive(message, onSnapshot));
    await new Promise<void>((resolve) => {
      redis.on('ready', () => void this.listen(redis).then(resolve));
      redis.once('error', () => resolve());
    });
  }

  private async listen(redis: Redis): Promise<void> {
    try {
      await redis.subscribe(snapshotChannel(redis));
    } catch (error) {
      this.logger.warn(`cannot subscribe to snapshots: ${(error as Error).message}`);
    }
  }

  private receive(message: string, onSnapshot: (snapshot: PublishedSnapshot) => void): void {
    try {
      onSnapshot(JSON.parse(message));
    } catch (error) {
      this.logger.warn(`a snapshot was dropped: ${(error as Error).message}`);
    }
  }
}
