import type { DataSource, EntityManager } from 'typeorm';
import {
  type Decision,
  type ExperimentVerification,
  type FoldResult,
  Ledger,
  type Verification,
} from '#experiments';
import { toDecisionRow } from './decision-rows.js';
import { CLOSE_WINDOWS } from './sql/close-windows.js';
import { FOLD_DECISIONS } from './sql/fold-decisions.js';
import { FOLD_REWARDS } from './sql/fold-rewards.js';
import { VERIFY_EXPERIMENTS } from './sql/verify-experiments.js';

/** What one transaction takes on, so that none grows without bound. */
const REWARDS_PER_FOLD = 20_000;

/**
 * Statistics of a table that is only ever appended to are behind: left alone Postgres may take new rows for a quarter
 * of the table and scan it, take a batch for one row and join it in a square, or compile the query first. LATERAL
 * look-ups stay nested loops, as there is no other way to run them.
 */
const FOLD_SETTINGS = `
  SET LOCAL statement_timeout = '5min';
  SET LOCAL enable_seqscan = off;
  SET LOCAL enable_nestloop = off;
  SET LOCAL jit = off`;

export class PostgresLedger extends Ledger {
  constructor(private readonly dataSource: DataSource) {
    super();
  }

  override fold(experimentId: string, decisions: readonly Decision[]): Promise<FoldResult | null> {
    const given = JSON.stringify(decisions.map(toDecisionRow));
    return this.dataSource.transaction('READ COMMITTED', async (manager) => {
      await manager.query(FOLD_SETTINGS);
      if (!(await tryLock(manager, experimentId))) return null;
      const [stored] = await manager.query(FOLD_DECISIONS, [experimentId, given, REWARDS_PER_FOLD]);
      const [counted] = await manager.query(FOLD_REWARDS, [experimentId, REWARDS_PER_FOLD]);
      return {
        decisions: stored.decisions,
        rewards: counted.rewards,
        evidenceVersion: counted.evidence_version,
      };
    });
  }

  override async withPendingRewards(): Promise<string[]> {
    const rows: { experiment_id: string }[] = await this.dataSource.query(
      `SELECT experiment_id FROM experiment e
        WHERE EXISTS (SELECT 1 FROM reward r WHERE r.experiment_id = e.experiment_id AND r.counted_at IS NULL)`,
    );
    return rows.map((row) => row.experiment_id);
  }

  override closeWindows(experimentId: string, now: Date): Promise<number> {
    return this.dataSource.transaction('READ COMMITTED', async (manager) => {
      await manager.query(FOLD_SETTINGS);
      await manager.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [experimentId]);
      const [result] = await manager.query(CLOSE_WINDOWS, [experimentId, now.toISOString()]);
      return result.closed;
    });
  }

  override verify(): Promise<Verification> {
    return this.dataSource.transaction('REPEATABLE READ', async (manager) => {
      await manager.query('SET TRANSACTION READ ONLY');
      await manager.query('SET LOCAL statement_timeout = 0');
      const rows: Omit<ExperimentVerification, 'equal'>[] = await manager.query(VERIFY_EXPERIMENTS);
      return summed(rows.map((row) => ({ ...row, equal: row.differences.length === 0 })));
    });
  }
}

/** Held to the end of the transaction. The next statement's snapshot holds what the lock's last holder committed. */
async function tryLock(manager: EntityManager, experimentId: string): Promise<boolean> {
  const [row] = await manager.query('SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0)) AS locked', [
    experimentId,
  ]);
  return row.locked;
}

function summed(experiments: readonly ExperimentVerification[]): Verification {
  return {
    equal: experiments.every((experiment) => experiment.equal),
    decisions: experiments.reduce((sum, { decisions }) => sum + decisions, 0),
    rewards: experiments.reduce((sum, { rewards }) => sum + rewards, 0),
    experiments,
  };
}
