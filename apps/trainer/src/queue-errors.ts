import { InjectQueue } from '@nestjs/bullmq';
import { Injectable } from '@nestjs/common';
import type { Queue } from 'bullmq';
import { LimitedLog } from './limited-log.js';
import { TIMED_WORK } from './tokens.js';

/** Listens from the queue's first moment on: what depends on the database is made too late for that. */
@Injectable()
export class QueueErrors {
  constructor(@InjectQueue(TIMED_WORK) queue: Queue, log: LimitedLog) {
    queue.on('error', (error) => log.warn('timed work waits for Redis', error));
  }
}
