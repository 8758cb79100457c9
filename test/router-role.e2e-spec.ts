import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { ensurePartitions, migrateDatabase, missingFromDatabase, RouterRoleError } from '#storage';
import { testDatabase, testRouterUrl } from '#testing';
import { connectedTo, newRole } from './database.js';
import { AB_GRAPH, Components, deploymentYaml, type Stack, startStack } from './router-stack.js';

const PASSWORD = `it's "secret" \\ $1 $$ %`;
const components = new Components();
let stack: Stack;
let owner: pg.Client;
let router: pg.Client;

beforeAll(async () => {
  await components.start();
  stack = await startStack(deploymentYaml('role', AB_GRAPH), components.map());
  owner = await connectedTo(stack.urls.databaseUrl);
  router = await connectedTo(testRouterUrl(stack.urls.databaseUrl));
});

afterAll(async () => {
  await owner?.end();
  await router?.end();
  await stack?.close();
  components.close();
});

const post = async (path: string, body: unknown) => {
  const answer = await fetch(`${stack.router.url}/api/v1.0/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as never };
};

/** What the role was given, as Postgres stores it. */
async function rightsIn(client: pg.Client, role: string): Promise<string[]> {
  const { rows } = await client.query(
    `SELECT c.relname || coalesce('.' || a.attname, '') || ' ' || x.privilege_type AS given
       FROM pg_class c
       LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attacl IS NOT NULL
      CROSS JOIN LATERAL (SELECT * FROM aclexplode(c.relacl) UNION ALL SELECT * FROM aclexplode(a.attacl)) x
      WHERE x.grantee = (SELECT oid FROM pg_roles WHERE rolname = $1) GROUP BY 1 ORDER BY 1`,
    [role],
  );
  return rows.map(({ given }) => given);
}

describe("the router's role", () => {
  it('serves predictions and rewards, also by decisions that it finds in the ledger', async () => {
    const predicted = await post('predictions', { data: { ndarray: [[1]] } });
    expect(predicted.status).toBe(200);
    const decision = predicted.headers.get('switchyard-decision');
    expect(await post('feedback', { decision, value: 1 })).toMatchObject({
      status: 200,
      body: { status: 'recorded' },
    });
    expect(await post('feedback', { decision, value: 1 })).toMatchObject({ body: { status: 'repeated' } });
    const [{ id, current }] = stack.experiments as [(typeof stack.experiments)[number]];
    await owner.query(
      `INSERT INTO decision VALUES ($1, 'from-the-ledger', now(), $2, 0, NULL, 'model-a', 0.5, '{0.5,0.5}')`,
      [id, current.revision],
    );
    expect(await post('feedback', { decision: 'from-the-ledger', value: 1 })).toMatchObject({ status: 200 });
  });

  it('appends to partitions that are made later', async () => {
    const day = new Date('2040-02-03T12:00:00Z');
    await ensurePartitions(stack.storage.get(DataSource), day);
    const insert = `INSERT INTO reward (experiment_id, decision_id, decided_at, metric, key, value, source)
      VALUES (gen_random_uuid(), 'later', $1, 'reward', '1', 1, 'client') RETURNING decision_id`;
    expect((await router.query(insert, [day])).rowCount).toBe(1);
    expect((await router.query(`SELECT * FROM decision WHERE decided_at = $1`, [day])).rowCount).toBe(0);
    const { rows } = await owner.query(`SELECT count(*)::int AS count FROM reward_20400203`);
    expect(rows).toEqual([{ count: 1 }]);
  });

  it.each([
    `UPDATE reward SET value = 1`,
    `DELETE FROM reward`,
    `TRUNCATE reward`,
    `SELECT value FROM reward`,
    `SELECT * FROM reward_default`,
    `INSERT INTO reward_default SELECT * FROM reward_default`,
    `INSERT INTO reward (experiment_id, decision_id, decided_at, metric, key, value, source, counted_at)
     VALUES (gen_random_uuid(), 'd', now(), 'reward', '1', 1, 'client', now())`,
    `INSERT INTO decision SELECT * FROM decision`,
    `DELETE FROM decision`,
    `UPDATE evidence SET reward = 1`,
    `INSERT INTO evidence SELECT * FROM evidence`,
    `UPDATE experiment SET salt = ''`,
    `SELECT 1 FROM experiment FOR UPDATE`,
    `DELETE FROM revision`,
    `SELECT * FROM api_key`,
    `INSERT INTO api_key VALUES ('own', 'hash')`,
    `SELECT * FROM migrations`,
    `SELECT setval('reward_seq', 1)`,
    `CREATE TABLE own (id int)`,
    `CREATE ROLE other`,
  ])('may not: %s', async (statement) => {
    await expect(router.query(statement)).rejects.toMatchObject({ code: '42501' });
  });

  it('may do the same when somebody gave its rights by hand, as the docs say', async () => {
    const byHand = newRole();
    const docs = readFileSync('docs/running.md', 'utf8');
    const [, sql = ''] = /```sql\n([^`]*CREATE ROLE[^`]*)```/.exec(docs) ?? [];
    const { pathname } = new URL(stack.urls.databaseUrl);
    const named = sql
      .replaceAll('switchyard_router', byHand)
      .replace('DATABASE switchyard', `DATABASE ${pathname.slice(1)}`);
    await owner.query(named);
    const own = new URL(testRouterUrl(stack.urls.databaseUrl)).username;
    expect(await rightsIn(owner, byHand)).toEqual(await rightsIn(owner, own));
    expect(await missingFromDatabase(stack.urls.databaseUrl, { name: byHand })).toEqual([]);
  });
});

describe('migrating with a role', () => {
  it('makes it, sets its password, and changes nothing the second time', async () => {
    const databaseUrl = await testDatabase();
    const name = `${newRole()}-"quoted"; DROP`;
    expect(await missingFromDatabase(databaseUrl, { name })).toEqual([`the role ${name}`]);
    await migrateDatabase(databaseUrl, { name, password: PASSWORD });
    expect(await missingFromDatabase(databaseUrl, { name })).toEqual([]);
    const admin = await connectedTo(databaseUrl);
    const before = await rightsIn(admin, name);
    await migrateDatabase(databaseUrl, { name });
    expect(await rightsIn(admin, name)).toEqual(before);
    expect(before).toContain('experiment SELECT');
    const url = new URL(databaseUrl);
    url.username = encodeURIComponent(name);
    url.password = encodeURIComponent(PASSWORD);
    const client = await connectedTo(url.href);
    expect((await client.query('SELECT session_user AS name')).rows).toEqual([{ name }]);
    await client.end();
    await admin.query(`DROP OWNED BY ${pg.escapeIdentifier(name)}`);
    await admin.query(`DROP ROLE ${pg.escapeIdentifier(name)}`);
    await admin.end();
  });

  it('takes back what was given beyond it, and says what is lacking', async () => {
    const databaseUrl = await testDatabase();
    const name = newRole();
    const admin = await connectedTo(databaseUrl);
    await migrateDatabase(databaseUrl, { name });
    const before = await rightsIn(admin, name);
    await admin.query(`GRANT ALL ON ALL TABLES IN SCHEMA public TO ${name}`);
    await admin.query(`REVOKE SELECT ON evidence FROM ${name}`);
    await admin.query(`REVOKE USAGE ON SEQUENCE reward_seq FROM ${name}`);
    expect(await missingFromDatabase(databaseUrl, { name })).toEqual([
      'SELECT on evidence',
      'USAGE on reward_seq',
    ]);
    await migrateDatabase(databaseUrl, { name });
    expect(await rightsIn(admin, name)).toEqual(before);
    await admin.end();
  });

  it('refuses a role that may change the ledger by another way, and gives it nothing', async () => {
    const databaseUrl = await testDatabase();
    const [name, group] = [newRole(), newRole()];
    const admin = await connectedTo(databaseUrl);
    await admin.query(
      `CREATE ROLE ${group}; GRANT UPDATE ON evidence TO ${group}; CREATE ROLE ${name} IN ROLE ${group}`,
    );
    const refused = migrateDatabase(databaseUrl, { name });
    await expect(refused).rejects.toThrow(RouterRoleError);
    await expect(refused).rejects.toThrow(/may change evidence: expected a role that is no superuser/);
    expect(await rightsIn(admin, name)).toEqual([]);
    await admin.query(`REVOKE UPDATE ON evidence FROM ${group}; GRANT DELETE ON reward_default TO ${group}`);
    await expect(migrateDatabase(databaseUrl, { name })).rejects.toThrow(/may change reward_default: /);
    await admin.end();
  });

  it('says when it may not make one', async () => {
    const name = newRole();
    const admin = await connectedTo(await testDatabase());
    const owning = newRole();
    await admin.query(`CREATE ROLE ${owning} LOGIN PASSWORD 'p'`);
    await admin.query(`CREATE DATABASE ${owning} OWNER ${owning}`);
    const url = new URL(stack.urls.databaseUrl);
    Object.assign(url, { username: owning, password: 'p', pathname: `/${owning}` });
    const refused = migrateDatabase(url.href, { name });
    await expect(refused).rejects.toThrow(
      `the router's role ${name} does not exist and may not be created by the role of DATABASE_URL`,
    );
    expect(await missingFromDatabase(url.href)).toEqual([]);
    await admin.query(`CREATE ROLE ${name}`);
    await migrateDatabase(url.href, { name });
    expect(await missingFromDatabase(url.href, { name })).toEqual([]);
    await admin.end();
  });

  it.each([
    ['public', undefined, /name must be .* not public, got "public"/],
    ['', undefined, /name must be/],
    ['x'.repeat(64), undefined, /at most 63 bytes/],
    ['role', 'pässword', /password must be printable ASCII characters, got 8 characters/],
  ])('refuses the role %j with the password %j', async (name, password, reason) => {
    await expect(migrateDatabase(stack.urls.databaseUrl, { name, password })).rejects.toThrow(reason);
  });
});
