/**
 * Gives every decision whose window has closed without a client's reward in time its default, and remembers up to
 * where that is done. A decision's window and default are those of its revision; all wait for the longest window and
 * a little more, so that a reward which is being committed counts first. Only under the experiment's lock.
 * $1 experiment, $2 now.
 */
export const CLOSE_WINDOWS = `
  WITH range AS (
    SELECT e.closed_through AS start,
           $2::timestamptz - max((v.config->'metric'->>'windowSeconds')::float8) * interval '1 second'
             - interval '1 second' AS stop
      FROM experiment e JOIN revision v USING (experiment_id)
     WHERE e.experiment_id = $1
     GROUP BY e.closed_through
  ), inserted AS (
    INSERT INTO reward (experiment_id, decision_id, decided_at, metric, key, value, source, received_at)
    SELECT $1, d.decision_id, d.decided_at, v.config->'metric'->>'name', '',
           (v.config->'metric'->>'defaultReward')::numeric, 'default', d.decided_at + w.length
      FROM range
      JOIN decision d ON d.experiment_id = $1 AND d.decided_at > range.start AND d.decided_at <= range.stop
      JOIN revision v ON v.experiment_id = $1 AND v.revision = d.revision
     CROSS JOIN LATERAL (
           SELECT (v.config->'metric'->>'windowSeconds')::float8 * interval '1 second' AS length) w
     WHERE v.config->'metric'->>'defaultReward' IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM reward r
                        WHERE r.experiment_id = $1 AND r.decision_id = d.decision_id
                          AND r.source = 'client' AND r.received_at <= d.decided_at + w.length
                       OFFSET 0)
    ON CONFLICT DO NOTHING
    RETURNING 1
  ), moved AS (
    UPDATE experiment e SET closed_through = range.stop
      FROM range
     WHERE e.experiment_id = $1 AND range.stop > e.closed_through
  )
  SELECT count(*)::integer AS closed FROM inserted`;
