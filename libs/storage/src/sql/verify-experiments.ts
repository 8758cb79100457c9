import { REWARD_ORDER } from './reward-order.js';

/**
 * Per experiment: its counts, and the arms whose stored evidence is not exactly what decisions and counted rewards
 * give; an arm without a row equals one of zeros.
 */
export const VERIFY_EXPERIMENTS = `
  WITH worth AS (
    SELECT DISTINCT ON (experiment_id, decision_id) experiment_id, decision_id, value
      FROM reward
     WHERE counted_at IS NOT NULL AND NOT late
     ORDER BY experiment_id, ${REWARD_ORDER}
  ), rebuilt AS (
    SELECT d.experiment_id, d.arm, count(*) AS decisions, count(w.value) AS pulls,
           coalesce(sum(w.value), 0) AS reward, coalesce(sum(w.value * w.value), 0) AS squared_reward
      FROM decision d LEFT JOIN worth w USING (experiment_id, decision_id)
     GROUP BY d.experiment_id, d.arm
  ), compared AS (
    SELECT experiment_id, arm,
           jsonb_build_object('arm', arm, 'decisions', s.decisions, 'pulls', s.pulls,
                              'reward', s.reward, 'squaredReward', s.squared_reward) AS stored,
           s.arm IS NOT NULL AS is_stored,
           jsonb_build_object('arm', arm, 'decisions', r.decisions, 'pulls', r.pulls,
                              'reward', r.reward, 'squaredReward', r.squared_reward) AS rebuilt,
           r.arm IS NOT NULL AS is_rebuilt
      FROM evidence s FULL JOIN rebuilt r USING (experiment_id, arm)
     WHERE coalesce(s.decisions, 0) <> coalesce(r.decisions, 0)
        OR coalesce(s.pulls, 0) <> coalesce(r.pulls, 0)
        OR coalesce(s.reward, 0) <> coalesce(r.reward, 0)
        OR coalesce(s.squared_reward, 0) <> coalesce(r.squared_reward, 0)
  ), differing AS (
    SELECT experiment_id,
           jsonb_agg(jsonb_build_object(
             'arm', arm,
             'stored', CASE WHEN is_stored THEN stored END,
             'rebuilt', CASE WHEN is_rebuilt THEN rebuilt END) ORDER BY arm) AS differences
      FROM compared GROUP BY experiment_id
  ), decisions AS (
    SELECT experiment_id, count(*) AS decisions FROM decision GROUP BY experiment_id
  ), rewards AS (
    SELECT experiment_id, count(*) FILTER (WHERE source = 'client') AS rewards,
           count(*) FILTER (WHERE counted_at IS NULL) AS pending
      FROM reward GROUP BY experiment_id
  )
  SELECT experiment_id AS id, e.name,
         coalesce(d.decisions, 0)::float8 AS decisions,
         coalesce(r.rewards, 0)::float8 AS rewards,
         coalesce(r.pending, 0)::float8 AS pending,
         coalesce(x.differences, '[]') AS differences
    FROM experiment e
    FULL JOIN decisions d USING (experiment_id)
    FULL JOIN rewards r USING (experiment_id)
    FULL JOIN differing x USING (experiment_id)
   ORDER BY e.name, experiment_id`;
