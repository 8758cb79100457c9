import type { OnModuleDestroy } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import {
  type Decision,
  isStorable,
  LedgerUnavailableError,
  type Reward,
  RewardLedger,
  type RewardOutcome,
} from '#experiments';
import { type DecisionRow, toDecision } from './decision-rows.js';
import { identityOf, type RewardRow, toRewardRow } from './reward-rows.js';
import { INSERT_REWARDS } from './sql/insert-rewards.js';
import { SELECT_DECISIONS } from './sql/select-decisions.js';

export interface RewardLedgerLimits {
  readonly batchSize: number;
  /** Rewards that wait for their batch; more are refused. */
  readonly queueSize: number;
  /** For a Postgres that neither answers nor hangs up. */
  readonly timeoutMs: number;
}

const LIMITS: RewardLedgerLimits = { batchSize: 500, queueSize: 20_000, timeoutMs: 10_000 };

interface Waiting {
  readonly row: RewardRow;
  readonly resolve: (outcome: RewardOutcome) => void;
  readonly reject: (error: Error) => void;
}

/**
 * A micro-batcher: while one batch commits, the next one gathers. Every caller is answered after the COMMIT that holds
 * its reward, or with an error; after an error the reward may be stored nevertheless, and repeating the call is safe.
 */
export class PostgresRewardLedger extends RewardLedger implements OnModuleDestroy {
  private readonly queue: Waiting[] = [];
  private running: Promise<void> | null = null;
  private closed = false;

  constructor(
    private readonly dataSource: DataSource,
    private readonly limits: RewardLedgerLimits = LIMITS,
  ) {
    super();
  }

  override async add(reward: Reward): Promise<RewardOutcome> {
    const row = toRewardRow(reward);
    if (this.closed) throw new LedgerUnavailableError('this process is shutting down');
    if (this.queue.length >= this.limits.queueSize) {
      throw new LedgerUnavailableError(`${this.queue.length} rewards are waiting already`);
    }
    return new Promise((resolve, reject) => {
      this.queue.push({ row, resolve, reject });
      this.running ??= this.run();
    });
  }

  override async decisions(id: string): Promise<Decision[]> {
    if (!isStorable(id)) return [];
    const rows: DecisionRow[] = await this.dataSource.query(SELECT_DECISIONS, [id]);
    return rows.map(toDecision);
  }

  async onModuleDestroy(): Promise<void> {
    this.closed = true;
    await this.running;
  }

  private async run(): Promise<void> {
    await new Promise(setImmediate);
    while (this.queue.length > 0) await this.commit(this.queue.splice(0, this.limits.batchSize));
    this.running = null;
  }

  private async commit(batch: readonly Waiting[]): Promise<void> {
    try {
      const recorded = await this.withTimeout(this.insert(batch.map(({ row }) => row)));
      for (const { row, resolve } of batch) {
        resolve(recorded.delete(identityOf(row)) ? 'recorded' : 'repeated');
      }
    } catch (error) {
      const failure = new LedgerUnavailableError((error as Error).message, { cause: error });
      for (const { reject } of batch) reject(failure);
    }
  }

  private async insert(rows: readonly RewardRow[]): Promise<Set<string>> {
    const inserted = await this.dataSource.query(INSERT_REWARDS, [
      rows.map((row) => row.experimentId),
      rows.map((row) => row.decisionId),
      rows.map((row) => row.decidedAt),
      rows.map((row) => row.metric),
      rows.map((row) => row.key),
      rows.map((row) => row.value),
      rows.map((row) => row.decision),
    ]);
    return new Set(inserted.map(toIdentity));
  }

  private withTimeout<T>(work: Promise<T>): Promise<T> {
    const { timeoutMs } = this.limits;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
      work.then(resolve, reject).finally(() => clearTimeout(timer));
    });
  }
}

interface InsertedRow {
  readonly experiment_id: string;
  readonly decision_id: string;
  readonly decided_at: Date;
  readonly metric: string;
  readonly key: string;
}

function toIdentity({ experiment_id, decision_id, decided_at, metric, key }: InsertedRow): string {
  return identityOf({
    experimentId: experiment_id,
    decisionId: decision_id,
    decidedAt: decided_at.toISOString(),
    metric,
    key,
  });
}
