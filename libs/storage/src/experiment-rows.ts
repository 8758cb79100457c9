import type { EntityManager } from 'typeorm';
import type { ArmTotals, Experiment, Revision } from '#experiments';
import { SELECT_EXPERIMENTS } from './sql/select-experiments.js';

/** A row of `revision`. */
export interface RevisionRow {
  readonly experiment_id: string;
  readonly revision: number;
  readonly config: Revision['config'];
  readonly source: Revision['source'];
  readonly author: string;
  readonly changes: Revision['changes'];
  readonly created_at: Date;
}

interface ExperimentRow extends RevisionRow {
  readonly name: string;
  readonly namespace: string;
  readonly deployment: string;
  readonly predictor: string;
  readonly node: string;
  readonly salt: string;
  readonly evidence_version: number;
  readonly evidence: readonly ArmTotals[];
}

export async function selectExperiments(
  manager: Pick<EntityManager, 'query'>,
  idOrName: string | null,
): Promise<Experiment[]> {
  const rows: ExperimentRow[] = await manager.query(SELECT_EXPERIMENTS, [idOrName]);
  return rows.map((row) => ({
    id: row.experiment_id,
    name: row.name,
    namespace: row.namespace,
    deployment: row.deployment,
    predictor: row.predictor,
    node: row.node,
    salt: row.salt,
    current: toRevision(row),
    evidenceVersion: row.evidence_version,
    evidence: row.evidence,
  }));
}

export function toRevision(row: RevisionRow): Revision {
  return {
    experimentId: row.experiment_id,
    revision: row.revision,
    config: row.config,
    source: row.source,
    author: row.author,
    createdAt: row.created_at,
    changes: row.changes,
  };
}
