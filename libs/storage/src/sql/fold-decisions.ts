import { DECISION_RECORD } from '../decision-rows.js';

/**
 * Stores decisions, those handed in and those that came with uncounted rewards, unless the experiment has one of that
 * id; counts them; and lets windows be closed again from the earliest of them on. OFFSET 0 keeps Postgres from joining
 * with all history instead of looking up each decision. Only under the experiment's lock.
 * $1 experiment, $2 decisions as a JSON array, $3 how many uncounted rewards to look at.
 */
export const FOLD_DECISIONS = `
  WITH given AS (
    SELECT 0 AS source, d.* FROM jsonb_to_recordset($2::jsonb) AS d ${DECISION_RECORD}
    UNION ALL
    SELECT 1, d.*
      FROM (SELECT decision FROM reward
             WHERE experiment_id = $1 AND counted_at IS NULL
             ORDER BY seq LIMIT $3) r
     CROSS JOIN jsonb_to_record(r.decision) AS d ${DECISION_RECORD}
     WHERE r.decision IS NOT NULL
  ), inserted AS (
    INSERT INTO decision (experiment_id, decision_id, decided_at, revision, evidence_version, unit, arm, propensity,
                          probabilities)
    SELECT DISTINCT ON (decision_id)
           experiment_id, decision_id, decided_at, revision, evidence_version, unit, arm, propensity, probabilities
      FROM given
     WHERE experiment_id = $1
       AND NOT EXISTS (SELECT 1 FROM decision d
                        WHERE d.experiment_id = $1 AND d.decision_id = given.decision_id OFFSET 0)
     ORDER BY decision_id, source, decided_at
    ON CONFLICT DO NOTHING
    RETURNING arm, decided_at
  ), counted AS (
    INSERT INTO evidence AS e (experiment_id, arm, decisions)
    SELECT $1, arm, count(*) FROM inserted GROUP BY arm
    ON CONFLICT (experiment_id, arm) DO UPDATE SET decisions = e.decisions + excluded.decisions
  ), reopened AS (
    UPDATE experiment e SET closed_through = i.earliest - interval '1 microsecond'
      FROM (SELECT min(decided_at) AS earliest FROM inserted) i
     WHERE e.experiment_id = $1 AND e.closed_through >= i.earliest
  )
  SELECT count(*)::integer AS decisions FROM inserted`;
