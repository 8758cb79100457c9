import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ExperimentStore, type ExperimentVerification, Ledger, SnapshotPublisher } from '#experiments';
import { ensurePartitions } from '#storage';

/** What is done now and then. Each may be repeated and may run on several trainers at once. */
@Injectable()
export class TimedWork implements OnModuleInit {
  private readonly logger = new Logger('Trainer');

  constructor(
    private readonly store: ExperimentStore,
    private readonly ledger: Ledger,
    private readonly publisher: SnapshotPublisher,
    private readonly database: DataSource,
  ) {}

  /** Before anything is folded: a decision needs the partition of its day. */
  async onModuleInit(): Promise<void> {
    await this.partitions();
  }

  /** Counts the default reward of decisions that nobody rewarded in time; answers how many. */
  async closeWindows(): Promise<number> {
    let closed = 0;
    const failures: unknown[] = [];
    for (const { id } of await this.store.list()) {
      try {
        closed += await this.closeWindowsOf(id);
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, `${failures[0]}`);
    return closed;
  }

  /** Compares all evidence with the ledger; answers whether it is equal. */
  async verify(): Promise<boolean> {
    const { equal, experiments } = await this.ledger.verify();
    for (const experiment of experiments) {
      if (!experiment.equal) this.logger.error(describe(experiment));
    }
    return equal;
  }

  async partitions(): Promise<void> {
    await ensurePartitions(this.database, new Date());
  }

  private async closeWindowsOf(id: string): Promise<number> {
    const closed = await this.ledger.closeWindows(id, new Date());
    if (closed > 0) await this.publisher.publish(id);
    return closed;
  }
}

function describe({ name, differences }: ExperimentVerification): string {
  const arms = differences.map(
    ({ arm, stored, rebuilt }) =>
      `${arm}: stored ${JSON.stringify(stored)}, the ledger gives ${JSON.stringify(rebuilt)}`,
  );
  return `the evidence of ${name} is not what the ledger gives; ${arms.join('; ')}`;
}
