import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testDatabase } from '#testing';
import { CliProcess, scratchFolder, switchyard } from './cli-process.js';
import { emptyDatabase, newRole, onDatabase } from './database.js';
import { Gate } from './router-stack.js';

const folder = scratchFolder();
const MISSING = /missing: migration CreateLedger\d+, migration AllowUnknownPropensity\d+/;
let databaseUrl: string;

beforeAll(async () => {
  databaseUrl = await testDatabase();
});

afterAll(() => folder.remove());

const here = (env: Readonly<Record<string, string>> = {}) => ({
  cwd: folder.path,
  env: { DATABASE_URL: databaseUrl, ...env },
});

describe('switchyard migrate', () => {
  it('has all the time that large tables and the turns of others take', async () => {
    const url = await emptyDatabase();
    const [first] = await onDatabase(url, 'SHOW statement_timeout');
    await onDatabase(
      url,
      `CREATE SCHEMA seen; CREATE TABLE seen.limits (statement_timeout text);
       CREATE FUNCTION seen.look() RETURNS event_trigger LANGUAGE plpgsql AS
       $$ BEGIN INSERT INTO seen.limits VALUES (current_setting('statement_timeout')); END $$;
       CREATE EVENT TRIGGER look_${newRole()} ON ddl_command_end EXECUTE FUNCTION seen.look()`,
    );
    expect(await switchyard(['migrate'], here({ DATABASE_URL: url }))).toMatchObject({ status: 0 });
    expect(await onDatabase(url, 'SELECT DISTINCT statement_timeout FROM seen.limits')).toEqual([first]);
  });

  it('waits for a Postgres that is not there yet', async () => {
    const { gate, url } = await Gate.before(databaseUrl);
    gate.shut();
    const waiting = new CliProcess(['migrate', '--wait', '600'], here({ DATABASE_URL: url }));
    await waiting.says(/waiting, Postgres does not answer: .+\n/);
    gate.open();
    expect(await waiting.finished).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/database up to date\n$/),
    });
    gate.close();
  });

  it('waits for nothing that waiting does not mend, and not at all unless told', async () => {
    const wrong = new URL(databaseUrl);
    wrong.pathname = '/does_not_exist';
    const refused = await switchyard(['migrate', '--wait', '600'], here({ DATABASE_URL: wrong.href }));
    expect(refused).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/does_not_exist.*does not exist/),
    });
    const nowhere = here({ DATABASE_URL: 'postgres://switchyard@127.0.0.1:1/none' });
    expect(await switchyard(['migrate'], nowhere)).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/ECONNREFUSED/),
    });
  });

  it('gives routers their role, with the password of a file', async () => {
    const name = newRole();
    const file = join(folder.path, 'password');
    writeFileSync(file, 'from a file\n');
    const env = { SWITCHYARD_ROUTER_ROLE: name, SWITCHYARD_ROUTER_PASSWORD_FILE: file };
    const { status, stdout } = await switchyard(['migrate'], here(env));
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: `database up to date\nrole ${name}: may do what routers do\n`,
    });
    const url = Object.assign(new URL(databaseUrl), { username: name, password: 'from a file' });
    await onDatabase(url.href, 'SELECT * FROM experiment');
    const both = await switchyard(['migrate'], here({ ...env, SWITCHYARD_ROUTER_PASSWORD: 'p' }));
    expect(both).toMatchObject({ status: 2, stderr: /PASSWORD_FILE are set, expected one of them/ });
  });
});

describe('switchyard migrate --check', () => {
  it('changes nothing, and names what is missing', async () => {
    const url = await emptyDatabase();
    const checked = await switchyard(['migrate', '--check'], here({ DATABASE_URL: url }));
    expect(checked).toMatchObject({ status: 1, stderr: expect.stringMatching(MISSING) });
    expect(await switchyard(['migrate', '--check'], here({ DATABASE_URL: url }))).toEqual(checked);
    const role = await switchyard(['migrate', '--check', '--router-role', 'nobody'], here());
    expect(role).toMatchObject({ status: 1, stderr: expect.stringMatching(/missing: the role nobody/) });
  });

  it('waits until another process has brought the tables up to date', async () => {
    const url = await emptyDatabase();
    const waiting = new CliProcess(['migrate', '--check', '--wait', '600'], here({ DATABASE_URL: url }));
    await waiting.says(MISSING);
    expect(await switchyard(['migrate'], here({ DATABASE_URL: url }))).toMatchObject({ status: 0 });
    expect(await waiting.finished).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/database up to date\n$/),
    });
  });

  it('gives up in the end', async () => {
    const url = await emptyDatabase();
    const checked = await switchyard(['migrate', '--check', '--wait', '1'], here({ DATABASE_URL: url }));
    expect(checked).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/not up to date, for 1 seconds; missing: migration/),
    });
  });

  it('refuses a database of a newer version at once', async () => {
    const url = await testDatabase();
    await onDatabase(url, `INSERT INTO migrations (timestamp, name) VALUES (9, 'FromTheFuture9')`);
    const refused = await switchyard(['migrate', '--check', '--wait', '600'], here({ DATABASE_URL: url }));
    expect(refused).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/newer version of Switchyard/),
    });
  });
});
