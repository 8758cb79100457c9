import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testDatabase, testRedisUrl } from '#testing';
import { CliProcess, PENGUINS, scratchFolder, switchyard } from './cli-process.js';

const folder = scratchFolder();
const KEY = 'roles-test-key-0123456789';
const ROW = ['Biscoe', 'male', 45.2, 14.8, 212, 5200];
const EXPERIMENT = 'default.penguins.main.router';

let env: Record<string, string>;
const roles: CliProcess[] = [];

beforeAll(async () => {
  env = {
    DATABASE_URL: await testDatabase(),
    REDIS_URL: testRedisUrl(),
    SWITCHYARD_RECEIPT_KEY: 'ab'.repeat(16),
    SWITCHYARD_ADMIN_KEY: KEY,
  };
});

afterAll(async () => {
  await Promise.all(roles.map((role) => role.kill('SIGTERM')));
  folder.remove();
});

const here = () => ({ cwd: folder.path, env });

async function start(args: readonly string[], line: RegExp): Promise<string> {
  const role = new CliProcess(args, here());
  roles.push(role);
  const [, said = ''] = await role.says(line);
  return said;
}

async function json(url: string, init: RequestInit = {}) {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${KEY}` };
  const answer = await fetch(url, { ...init, headers: { ...headers, ...init.headers } });
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as never };
}

/** Waits until a path answers so. */
async function told(url: string, path: string, expected: string | RegExp): Promise<void> {
  const asks = async () => (await fetch(url + path)).text();
  for (let text = await asks(); text.match(expected) === null; text = await asks()) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('the parts of an installation as processes of their own', () => {
  it('end when they cannot start, whatever they are connected to by then', async () => {
    const components = join(folder.path, 'none.yaml');
    writeFileSync(components, 'transformer: { class: ./none.js }');
    const away = { DATABASE_URL: 'postgres://127.0.0.1:1/none', REDIS_URL: 'redis://127.0.0.1:1' };
    for (const urls of [{}, away]) {
      const args = ['router', '-f', PENGUINS, '--components', components, '--port', '0', '--grpc-port', '0'];
      const ended = await switchyard(args, { cwd: folder.path, env: { ...env, ...urls } });
      expect(ended).toMatchObject({
        status: 1,
        stderr: expect.stringMatching(/^switchyard: .*cannot load/m),
      });
    }
  });

  it('say what is missing', async () => {
    const { status, stderr } = await switchyard(['migrate'], { cwd: folder.path });
    expect(status).toBe(2);
    expect(stderr).toMatch(/DATABASE_URL/);
    const env = { REDIS_URL: 'redis://127.0.0.1:1' };
    const router = await switchyard(['router', '-f', PENGUINS], { cwd: folder.path, env });
    expect(router.status).toBe(1);
    expect(router.stderr).toMatch(/DATABASE_URL must be/);
  });

  it('predict, count rewards, follow the admin API and verify', async () => {
    expect((await switchyard(['migrate'], here())).stdout).toMatch(/^database/);
    const registered = await switchyard(['register', '-f', PENGUINS], here());
    expect(registered.stdout).toBe(`experiment ${EXPERIMENT}: thompson-sampling, revision 1\n`);
    const url = await start(
      ['router', '-f', PENGUINS, '--port', '0', '--grpc-port', '0', '--host', '127.0.0.1'],
      /router listens on (\S+), gRPC on port \d+/,
    );
    const adminUrl = await start(
      ['admin', '--admin-port', '0', '--host', '127.0.0.1'],
      /admin listens on (\S+)/,
    );
    const statusUrl = await start(
      ['trainer', '--status-port', '0', '--host', '127.0.0.1'],
      /trainer folds .* status on (\S+)/,
    );

    const body = JSON.stringify({ data: { ndarray: [ROW] } });
    const predicted = await json(`${url}/api/v1.0/predictions`, { method: 'POST', body });
    expect(predicted.status).toBe(200);
    const decision = predicted.headers.get('switchyard-decision');
    const reward = JSON.stringify({ decision, value: 1 });
    expect((await json(`${url}/api/v1.0/feedback`, { method: 'POST', body: reward })).status).toBe(200);

    const place = `${adminUrl}/admin/v1/experiments/${EXPERIMENT}`;
    const etag = (await json(place)).headers.get('etag')!;
    const patched = await json(place, {
      method: 'PATCH',
      headers: { 'if-match': etag },
      body: JSON.stringify({ weights: { 'model-a': 0, 'model-b': 1 } }),
    });
    expect(patched).toMatchObject({ status: 200 });
    const chosen = async () =>
      (await json(`${url}/api/v1.0/predictions`, { method: 'POST', body })).headers.get('switchyard-route');
    let inARow = 0;
    while (inARow < 30) inARow = (await chosen()) === 'router=model-b' ? inARow + 1 : 0;
    await told(statusUrl, '/ready', 'ready\n');
    await told(statusUrl, '/metrics', /switchyard_folded_rewards_total 1\n/);
    const verified = await switchyard(['verify', '--json'], here());
    expect(JSON.parse(verified.stdout)).toMatchObject({ equal: true, rewards: 1 });
  });
});

describe('switchyard fetch', () => {
  it('puts a file under its own name and a folder as what it holds', async () => {
    const source = mkdtempSync(join(tmpdir(), 'fetch-'));
    writeFileSync(join(source, 'model.bin'), 'weights');
    const one = await switchyard(['fetch', `file://${source}/model.bin`, 'one'], here());
    expect(one).toMatchObject({ status: 0, stderr: '' });
    expect(readFileSync(join(folder.path, 'one/model.bin'), 'utf8')).toBe('weights');
    expect((await switchyard(['fetch', source, 'all'], here())).status).toBe(0);
    expect(readFileSync(join(folder.path, 'all/model.bin'), 'utf8')).toBe('weights');
  });

  it('says why it cannot', async () => {
    const { status, stderr } = await switchyard(['fetch', 'ftp://host/model', 'out'], here());
    expect(status).toBe(1);
    expect(stderr).toMatch(/ftp/);
  });
});
