/**
 * Experiments with their current revision and the evidence of its arms, in the arms' order. An arm without a row has
 * none yet. $1: an id or a name; null for all.
 */
export const SELECT_EXPERIMENTS = `
  SELECT e.experiment_id, e.name, e.namespace, e.deployment, e.predictor, e.node, e.salt,
         e.evidence_version::float8 AS evidence_version,
         v.revision, v.config, v.source, v.author, v.changes, v.created_at,
         (SELECT jsonb_agg(jsonb_build_object(
                   'arm', arm.config->>'id',
                   'decisions', coalesce(t.decisions, 0),
                   'pulls', coalesce(t.pulls, 0),
                   'reward', coalesce(t.reward, 0),
                   'squaredReward', coalesce(t.squared_reward, 0)) ORDER BY arm.position)
            FROM jsonb_array_elements(v.config->'arms') WITH ORDINALITY AS arm (config, position)
            LEFT JOIN evidence t ON t.experiment_id = e.experiment_id AND t.arm = arm.config->>'id') AS evidence
    FROM experiment e
    JOIN revision v ON v.experiment_id = e.experiment_id AND v.revision = e.revision
   WHERE $1::text IS NULL OR e.experiment_id::text = $1 OR e.name = $1
   ORDER BY e.name`;
