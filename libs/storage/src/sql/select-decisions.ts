/** The recorded decisions of one request, one per experiment. $1: the request's id. */
export const SELECT_DECISIONS = `
  SELECT d.experiment_id, d.decision_id, d.decided_at, d.revision, d.evidence_version, d.unit, d.arm, d.propensity,
         d.probabilities
    FROM experiment e
   CROSS JOIN LATERAL (
         SELECT * FROM decision
          WHERE decision.experiment_id = e.experiment_id AND decision.decision_id = $1
          LIMIT 1) d`;
