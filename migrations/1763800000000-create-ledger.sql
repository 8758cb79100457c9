-- Every ledger table has the experiment in its primary key; decisions and rewards are partitioned by the time of the
-- decision, so that a reward stands beside its decision and old days are dropped, never deleted row by row.

CREATE TABLE experiment (
  experiment_id uuid NOT NULL,
  name text NOT NULL,
  namespace text NOT NULL,
  deployment text NOT NULL,
  predictor text NOT NULL,
  node text NOT NULL,
  salt text NOT NULL,
  revision integer NOT NULL,
  declared jsonb NOT NULL,
  evidence_version bigint NOT NULL DEFAULT 0,
  closed_through timestamptz NOT NULL DEFAULT '-infinity',
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT experiment_pk PRIMARY KEY (experiment_id),
  CONSTRAINT experiment_name UNIQUE (name)
);

COMMENT ON COLUMN experiment.declared IS 'the manifest''s configuration as it was last applied';
COMMENT ON COLUMN experiment.closed_through IS 'decisions up to this time have had their window closed';

CREATE TABLE revision (
  experiment_id uuid NOT NULL,
  revision integer NOT NULL,
  config jsonb NOT NULL,
  source text NOT NULL,
  author text NOT NULL,
  changes jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT revision_pk PRIMARY KEY (experiment_id, revision)
);

CREATE TABLE decision (
  experiment_id uuid NOT NULL,
  decision_id text NOT NULL,
  decided_at timestamptz NOT NULL,
  revision integer NOT NULL,
  evidence_version bigint NOT NULL,
  unit text,
  arm text NOT NULL,
  propensity double precision NOT NULL,
  probabilities double precision[] NOT NULL,
  CONSTRAINT decision_pk PRIMARY KEY (experiment_id, decided_at, decision_id)
) PARTITION BY RANGE (decided_at);

CREATE INDEX decision_by_id ON decision (experiment_id, decision_id);
CREATE TABLE decision_default PARTITION OF decision DEFAULT;

CREATE SEQUENCE reward_seq;

-- value and all sums are numeric: adding differences and rebuilding from scratch give the same digits in any order.
CREATE TABLE reward (
  experiment_id uuid NOT NULL,
  decision_id text NOT NULL,
  decided_at timestamptz NOT NULL,
  metric text NOT NULL,
  key text NOT NULL,
  value numeric NOT NULL,
  source text NOT NULL,
  received_at timestamptz NOT NULL DEFAULT now(),
  seq bigint NOT NULL DEFAULT nextval('reward_seq'),
  decision jsonb,
  counted_at timestamptz,
  late boolean NOT NULL DEFAULT false,
  CONSTRAINT reward_pk PRIMARY KEY (experiment_id, decided_at, decision_id, metric, key)
) PARTITION BY RANGE (decided_at);

COMMENT ON COLUMN reward.decision IS 'the decision itself until it is counted, for the ledger may not have it yet';

CREATE INDEX reward_by_decision ON reward (experiment_id, decision_id);
CREATE INDEX reward_uncounted ON reward (experiment_id, seq) WHERE counted_at IS NULL;
CREATE TABLE reward_default PARTITION OF reward DEFAULT;

CREATE TABLE evidence (
  experiment_id uuid NOT NULL,
  arm text NOT NULL,
  decisions bigint NOT NULL DEFAULT 0,
  pulls bigint NOT NULL DEFAULT 0,
  reward numeric NOT NULL DEFAULT 0,
  squared_reward numeric NOT NULL DEFAULT 0,
  CONSTRAINT evidence_pk PRIMARY KEY (experiment_id, arm)
);

CREATE TABLE api_key (
  name text NOT NULL,
  hash text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT api_key_pk PRIMARY KEY (name)
);

COMMENT ON COLUMN api_key.hash IS 'SHA-256 of the key, hexadecimal';
