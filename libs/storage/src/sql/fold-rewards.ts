import { REWARD_ORDER } from './reward-order.js';

/**
 * Counts rewards whose decision is stored: adds the difference between what each decision was worth and what it is
 * worth now to the evidence, and marks them. A late one is marked and adds nothing. One statement, so one snapshot: a
 * reward that arrives meanwhile waits for the next fold. Only under the experiment's lock.
 * $1 experiment, $2 how many rewards at most.
 */
export const FOLD_REWARDS = `
  WITH batch AS MATERIALIZED (
    SELECT r.decision_id, r.decided_at, r.metric, r.key, r.value, r.source, r.seq, d.arm,
           coalesce(r.received_at > d.decided_at
                      + (v.config->'metric'->>'windowSeconds')::float8 * interval '1 second', false) AS late
      FROM (SELECT * FROM reward
             WHERE experiment_id = $1 AND counted_at IS NULL
             ORDER BY seq LIMIT $2) r
      JOIN decision d ON d.experiment_id = $1 AND d.decision_id = r.decision_id
      LEFT JOIN revision v ON v.experiment_id = $1 AND v.revision = d.revision
  ), affected AS (
    SELECT DISTINCT decision_id, arm FROM batch WHERE NOT late
  ), before AS (
    SELECT DISTINCT ON (decision_id) r.decision_id, r.value
      FROM affected
      JOIN reward r USING (decision_id)
     WHERE r.experiment_id = $1 AND r.counted_at IS NOT NULL AND NOT r.late
     ORDER BY ${REWARD_ORDER}
  ), after AS (
    SELECT DISTINCT ON (decision_id) decision_id, value
      FROM (SELECT decision_id, value, source, seq FROM batch WHERE NOT late
            UNION ALL
            SELECT r.decision_id, r.value, r.source, r.seq
              FROM affected
              JOIN reward r USING (decision_id)
             WHERE r.experiment_id = $1 AND r.counted_at IS NOT NULL AND NOT r.late) rewards
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
     WHERE r.experiment_id = $1 AND r.decided_at = b.decided_at AND r.decision_id = b.decision_id
       AND r.metric = b.metric AND r.key = b.key
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
