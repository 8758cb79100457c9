import { escapeIdentifier, escapeLiteral } from 'pg';
import type { DataSource, EntityManager } from 'typeorm';
import { InvalidRouterRoleError, RouterRoleError } from './errors.js';
import { scramVerifier } from './scram-verifier.js';
import {
  CHANGEABLE_TABLES,
  LACKING_RIGHTS,
  type Right,
  ROUTER_RIGHTS,
  ROUTER_SEQUENCE,
  WITH_PARTITIONS,
} from './sql/router-rights.js';

const LONGEST_NAME = 63;
const NOT_ALLOWED = '42501';

/** The role of Postgres that routers have. */
export interface RouterRole {
  readonly name: string;
  /** Printable ASCII. Undefined: stays as it is. */
  readonly password?: string | undefined;
}

/**
 * Gives the role what a router needs and takes everything else that was given to it here; makes it where it is
 * missing. The rights on the ledger hold for partitions that are made later. Throws `InvalidRouterRoleError`,
 * `RouterRoleError`.
 */
export async function grantRouterRole(dataSource: DataSource, role: RouterRole): Promise<void> {
  checkRole(role);
  await dataSource.transaction(async (manager) => {
    await makeRole(manager, role);
    const tables = await tablesOf(manager, dataSource);
    for (const statement of await statements(manager, role.name, tables)) await manager.query(statement);
    const rows: { table: string }[] = await manager.query(CHANGEABLE_TABLES, [role.name, tables]);
    if (rows.length === 0) return;
    const names = rows.map(({ table }) => table).join(', ');
    const reason = 'expected a role that is no superuser, owns no table and is a member of no such role';
    throw new RouterRoleError(role.name, `may change ${names}: ${reason}`);
  });
}

/** The rights that the role lacks, as `SELECT on evidence`; the role itself where there is none. */
export async function lackingRights(
  manager: Pick<EntityManager, 'query'>,
  { name }: Pick<RouterRole, 'name'>,
): Promise<string[]> {
  if (!(await exists(manager, name))) return [`the role ${name}`];
  const wanted = JSON.stringify(ROUTER_RIGHTS);
  const rows: { privilege: string; table: string }[] = await manager.query(LACKING_RIGHTS, [
    name,
    wanted,
    ROUTER_SEQUENCE,
  ]);
  return rows.map(({ privilege, table }) => `${privilege} on ${table}`);
}

function checkRole({ name, password }: RouterRole): void {
  const bytes = Buffer.byteLength(name);
  const isName = bytes >= 1 && bytes <= LONGEST_NAME && !name.includes('\0');
  // Even in quotes this one means everybody.
  if (!isName || name.toLowerCase() === 'public') {
    const expected = `the name of a role, at most ${LONGEST_NAME} bytes and not public`;
    throw new InvalidRouterRoleError('name', expected, JSON.stringify(name));
  }
  if (password === undefined || /^[\x20-\x7e]+$/.test(password)) return;
  throw new InvalidRouterRoleError('password', 'printable ASCII characters', `${password.length} characters`);
}

async function makeRole(manager: EntityManager, { name, password }: RouterRole): Promise<void> {
  const role = escapeIdentifier(name);
  if (!(await exists(manager, name))) {
    await allowed(manager, name, `CREATE ROLE ${role} LOGIN`, 'does not exist and may not be created');
  }
  if (password === undefined) return;
  const secret = `ALTER ROLE ${role} PASSWORD ${escapeLiteral(scramVerifier(password))}`;
  await allowed(manager, name, secret, 'may not be given a password');
}

async function allowed(manager: EntityManager, name: string, sql: string, problem: string): Promise<void> {
  try {
    await manager.query(sql);
  } catch (error) {
    if ((error as { code?: string }).code !== NOT_ALLOWED) throw error;
    throw new RouterRoleError(name, `${problem} by the role of DATABASE_URL: have it done by one that may`);
  }
}

async function exists(manager: Pick<EntityManager, 'query'>, name: string): Promise<boolean> {
  return (await manager.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [name])).length > 0;
}

async function statements(
  manager: EntityManager,
  name: string,
  tables: readonly string[],
): Promise<readonly string[]> {
  const [place] = await manager.query('SELECT current_database() AS database, current_schema() AS schema');
  const role = escapeIdentifier(name);
  return [
    `REVOKE ALL ON TABLE ${tables.join(', ')} FROM ${role}`,
    `GRANT CONNECT ON DATABASE ${escapeIdentifier(place.database)} TO ${role}`,
    `GRANT USAGE ON SCHEMA ${escapeIdentifier(place.schema)} TO ${role}`,
    ...ROUTER_RIGHTS.map((right) => `GRANT ${privilegeOf(right)} ON TABLE ${right.table} TO ${role}`),
    `GRANT USAGE ON SEQUENCE ${ROUTER_SEQUENCE} TO ${role}`,
  ];
}

function privilegeOf({ privilege, columns }: Right): string {
  return columns === undefined ? privilege : `${privilege} (${columns.join(', ')})`;
}

/** With their partitions, whose rights are their own. */
async function tablesOf(manager: EntityManager, { entityMetadatas }: DataSource): Promise<string[]> {
  const names = [...entityMetadatas.map(({ tableName }) => tableName), 'migrations'];
  const rows: { table: string }[] = await manager.query(WITH_PARTITIONS, [names]);
  return rows.map(({ table }) => table);
}
