import type { Decision } from '#experiments';

/** A decision as a row of `decision`; as JSON it is what `jsonb_to_record` takes. */
export interface DecisionRow {
  readonly experiment_id: string;
  readonly decision_id: string;
  readonly decided_at: Date;
  readonly revision: number;
  readonly evidence_version: number;
  readonly unit: string | null;
  readonly arm: string;
  readonly propensity: number | null;
  readonly probabilities: readonly (number | null)[];
}

/** The columns of `DecisionRow` as a record definition of Postgres. */
export const DECISION_RECORD = `(experiment_id uuid, decision_id text, decided_at timestamptz, revision integer,
  evidence_version bigint, unit text, arm text, propensity float8, probabilities float8[])`;

export function toDecisionRow(decision: Decision): DecisionRow {
  return {
    experiment_id: decision.experimentId,
    decision_id: decision.id,
    decided_at: new Date(decision.at),
    revision: decision.revision,
    evidence_version: decision.evidenceVersion,
    unit: decision.unit,
    arm: decision.arm,
    propensity: decision.propensity,
    probabilities: decision.probabilities,
  };
}

export function toDecision(row: DecisionRow): Decision {
  return {
    experimentId: row.experiment_id,
    id: row.decision_id,
    at: row.decided_at.getTime(),
    revision: row.revision,
    evidenceVersion: Number(row.evidence_version),
    unit: row.unit,
    arm: row.arm,
    propensity: row.propensity,
    probabilities: row.probabilities,
  };
}
