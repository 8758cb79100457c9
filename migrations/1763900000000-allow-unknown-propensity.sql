-- A component that makes a choice of its own need not say how likely it was.

ALTER TABLE decision ALTER COLUMN propensity DROP NOT NULL;

COMMENT ON COLUMN decision.propensity IS 'null where the component that chose did not state it';
