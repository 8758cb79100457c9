import { REWARD_ORDER } from './reward-order.js';

/**
 * Counts rewards whose decision is stored: adds the difference between what each decision was worth and what it is
 * worth now to the evidence, and marks them. A late one is marked and adds nothing. One statement, so one snapshot: a
 * reward that arrives meanwhile waits for the next fold. LATERAL with LIMIT looks history up decision by decision, so
 * that the cost grows with the batch alone. Only under the experiment's lock.
 * $1 experiment, $2 how many rewards at most.
 */
export const FOLD_REWARDS = `
  WITH batch AS MATERIALIZED (
    SELECT r.decision_id, r.value, r.source, r.seq, d.arm,
           coalesce(r.received_at > d.decided_at
                      + (v.config->'metric'->>'windowSeconds')::float8 * interval '1 second', false) AS late
      FROM (SELECT * FROM reward
             WHERE experiment_id = $1 AND counted_at IS NULL
             ORDER BY seq LIMIT $2) r
     CROSS JOIN LATERAL (
           SELECT arm, decided_at, revision FROM decision
            WHERE experiment_id = $1 AND decision_id = r.decision_id
            LIMIT 1) d
      LEFT JOIN revision v ON v.experiment_id = $1 AND v.revision = d.revision
  ), affected AS (
    SELECT DISTINCT decision_id, arm FROM batch WHERE NOT late
  ), before AS MATERIALIZED (
    SELECT a.decision_id, r.value, r.source, r.seq
      FROM affected a
     CROSS JOIN LATERAL (
           SELECT decision_id, value, source, seq FROM reward
            WHERE experiment_id = $1 AND decision_id = a.decision_id AND counted_at IS NOT NULL AND NOT late
            ORDER BY ${REWARD_ORDER}
            LIMIT 1) r
  ), after AS (
    SELECT DISTINCT ON (decision_id) decision_id, value
      FROM (SELECT decision_id, value, source, seq FROM batch WHERE NOT late
            UNION ALL
            SELECT decision_id, value, source, seq FROM before) rewards
     ORDER BY ${REWARD_ORDER}
  ), difference AS (
    SELECT arm,
           count(*) FILTER (WHERE before.decision_id IS NULL) AS pulls,
           sum(after.value - coalesce(before.value, 0)) AS reward,
           sum(after.value * after.value - coalesce(before.value * before.value, 0)) AS squared_reward
      FROM affected
      JOIN after USING (decision_id)
      LEFT JOIN before USING (decision_id)
     GROUP BY arm
  ), marked AS (
    UPDATE reward r SET counted_at = now(), late = b.late, decision = NULL
      FROM batch b
     WHERE r.experiment_id = $1 AND r.counted_at IS NULL AND r.seq = b.seq AND r.decision_id = b.decision_id
    RETURNING 1
  ), changed AS (
    INSERT INTO evidence AS e (experiment_id, arm, pulls, reward, squared_reward)
    SELECT $1, arm, pulls, reward, squared_reward FROM difference
     WHERE (pulls, reward, squared_reward) <> (0, 0, 0)
    ON CONFLICT (experiment_id, arm) DO UPDATE
       SET pulls = e.pulls + excluded.pulls,
           reward = e.reward + excluded.reward,
           squared_reward = e.squared_reward + excluded.squared_reward
    RETURNING 1
  ), raised AS (
    UPDATE experiment SET evidence_version = evidence_version + 1
     WHERE experiment_id = $1 AND EXISTS (SELECT 1 FROM changed)
    RETURNING evidence_version
  )
  SELECT (SELECT count(*) FROM marked)::integer AS rewards,
         coalesce((SELECT evidence_version FROM raised),
                  (SELECT evidence_version FROM experiment WHERE experiment_id = $1))::float8 AS evidence_version`;
