import { setTimeout as delay } from 'node:timers/promises';
import { InjectQueue, OnWorkerEvent, Processor, WorkerHost } from '@nestjs/bullmq';
import { Inject, type OnApplicationBootstrap } from '@nestjs/common';
import type { Job, Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { TrainerIntervals } from './config.js';
import { LimitedLog } from './limited-log.js';
import { TimedWork } from './timed-work.js';
import { INTERVALS, JOBS_REDIS, TIMED_WORK } from './tokens.js';

const GRACE_MS = 3_000;

/** Runs the timed work from one BullMQ queue that all trainers share: each period is done once. */
@Processor(TIMED_WORK)
export class TimedWorkProcessor extends WorkerHost implements OnApplicationBootstrap {
  private readonly work: Readonly<Record<string, () => Promise<unknown>>>;
  private readonly every: Readonly<Record<string, number>>;
  private running: Promise<unknown> = Promise.resolve();

  constructor(
    work: TimedWork,
    private readonly log: LimitedLog,
    @InjectQueue(TIMED_WORK) private readonly queue: Queue,
    @Inject(JOBS_REDIS) private readonly redis: Redis,
    @Inject(INTERVALS) intervals: TrainerIntervals,
  ) {
    super();
    this.work = {
      'close-windows': () => work.closeWindows(),
      verify: () => work.verify(),
      partitions: () => work.partitions(),
    };
    this.every = {
      'close-windows': intervals.closeWindows,
      verify: intervals.verify,
      partitions: intervals.partitions,
    };
  }

  /** Again on every connection: a Redis that lost its memory has lost the schedulers too. */
  onApplicationBootstrap(): void {
    this.redis.on('ready', () => this.schedule());
    if (this.redis.status === 'ready') this.schedule();
  }

  override process({ name }: Job): Promise<unknown> {
    const running = this.work[name]?.() ?? Promise.resolve();
    this.running = running.catch(() => {});
    return running;
  }

  @OnWorkerEvent('error')
  onError(error: Error): void {
    this.log.warn('timed work waits for Redis', error);
  }

  @OnWorkerEvent('failed')
  onFailed(job: Job | undefined, error: Error): void {
    this.log.warn(`timed work ${job?.name ?? ''} failed; it runs again in its next period`, error);
  }

  /**
   * Ends after the running job. The worker's own gentle close would wait for an absent Redis to come back, and a job
   * whose end Redis did not hear of only runs again.
   */
  async stop(): Promise<void> {
    await Promise.race([
      this.worker.pause().catch((error: Error) => this.onError(error)),
      this.running.then(() => delay(GRACE_MS, undefined, { ref: false })),
    ]);
    await this.worker.close(true);
  }

  private schedule(): void {
    for (const [name, every] of Object.entries(this.every)) {
      this.queue
        .upsertJobScheduler(name, { every }, { name })
        .catch((error: Error) => this.log.warn(`${name} could not be scheduled`, error));
    }
  }
}
