import { Logger } from '@nestjs/common';
import type { Redis } from 'ioredis';
import type { DataSource } from 'typeorm';
import { SnapshotPublisher } from '#experiments';
import { publishedSnapshots } from '../published-snapshots.js';
import { snapshotChannel } from './keys.js';

/**
 * Sends the whole snapshot as the message, so that publishers who overtake each other need no order: a router keeps
 * the newer one. With Redis away nothing is sent, and routers find the snapshot when they load.
 */
export class RedisSnapshotPublisher extends SnapshotPublisher {
  private readonly logger = new Logger('SnapshotPublisher');

  constructor(
    private readonly dataSource: DataSource,
    private readonly redis: Redis,
  ) {
    super();
  }

  override async publish(experimentId: string): Promise<void> {
    for (const snapshot of await publishedSnapshots(this.dataSource, experimentId)) {
      try {
        await this.redis.publish(snapshotChannel(this.redis), JSON.stringify(snapshot));
      } catch (error) {
        this.logger.debug(`${snapshot.name} was not announced: ${(error as Error).message}`);
      }
    }
  }
}
