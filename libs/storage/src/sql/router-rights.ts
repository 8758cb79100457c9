/** What a router does with a table; `columns` where it is not all of them. */
export interface Right {
  readonly privilege: 'SELECT' | 'INSERT';
  readonly table: string;
  readonly columns?: readonly string[];
}

const IDENTITY = ['experiment_id', 'decision_id', 'decided_at', 'metric', 'key'];

/** It reads experiments, finds decisions and appends rewards, of which it reads only whether they are there. */
export const ROUTER_RIGHTS: readonly Right[] = [
  { privilege: 'SELECT', table: 'experiment' },
  { privilege: 'SELECT', table: 'revision' },
  { privilege: 'SELECT', table: 'evidence' },
  { privilege: 'SELECT', table: 'decision' },
  { privilege: 'SELECT', table: 'reward', columns: IDENTITY },
  { privilege: 'INSERT', table: 'reward', columns: [...IDENTITY, 'value', 'source', 'decision'] },
];

/** Gives rewards their order. */
export const ROUTER_SEQUENCE = 'reward_seq';

/** Those of `ROUTER_RIGHTS`, as JSON in $2, that the role $1 lacks. */
export const LACKING_RIGHTS = `
  SELECT privilege, "table"
    FROM jsonb_to_recordset($2) AS wanted (privilege text, "table" text, columns text[])
   WHERE NOT CASE
         WHEN columns IS NULL THEN has_table_privilege($1::name, "table", privilege)
         ELSE (SELECT bool_and(has_column_privilege($1::name, "table", name, privilege)) FROM unnest(columns) AS name)
         END
  UNION ALL
  SELECT 'USAGE', $3 WHERE NOT has_sequence_privilege($1::name, $3, 'USAGE')
  UNION ALL
  SELECT 'USAGE', current_schema() WHERE NOT has_schema_privilege($1::name, current_schema(), 'USAGE')`;

/**
 * Tables of $2 that the role $1 may change, by whatever way: as their owner, as a superuser, or as a member of another
 * role.
 */
export const CHANGEABLE_TABLES = `
  SELECT "table" FROM unnest($2::text[]) AS "table"
   WHERE has_table_privilege($1::name, "table", 'UPDATE, DELETE, TRUNCATE')
   ORDER BY "table"`;

/** The tables $1 and their partitions, as SQL names them. */
export const WITH_PARTITIONS = `
  SELECT oid::regclass::text AS "table" FROM unnest($1::text[]::regclass[]) AS oid
  UNION ALL
  SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = ANY($1::text[]::regclass[])`;
