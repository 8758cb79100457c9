/**
 * Stores rewards, skipping those that are there already, and returns the ones that were not.
 * $1 experiment, $2 decision, $3 time of the decision, $4 metric, $5 key, $6 value, $7 the decision as JSON: one array
 * each.
 */
export const INSERT_REWARDS = `
  INSERT INTO reward (experiment_id, decision_id, decided_at, metric, key, value, source, decision)
  SELECT r.experiment_id, r.decision_id, r.decided_at, r.metric, r.key, r.value, 'client', r.decision::jsonb
    FROM unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::text[], $5::text[], $6::numeric[], $7::text[])
         WITH ORDINALITY
      AS r (experiment_id, decision_id, decided_at, metric, key, value, decision, position)
   ORDER BY r.position
  ON CONFLICT DO NOTHING
  RETURNING experiment_id, decision_id, decided_at, metric, key`;
