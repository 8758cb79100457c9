import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { PENGUINS, scratchFolder, switchyard, up } from './cli-process.js';

const folder = scratchFolder();
const here = { cwd: folder.path };
afterAll(() => folder.remove());

const STACK = /^ +at /m;
const EXPERIMENT = 'default.penguins.main.router';

describe('switchyard', () => {
  it.each([['--help'], ['up', '--help'], ['demo', '--help'], ['verify', '--help'], ['pipeline', '--help']])(
    '%s %s shows examples',
    async (...args) => {
      const { status, stdout } = await switchyard(args, here);
      expect(status).toBe(0);
      expect(stdout).toMatch(/Examples:\n {2}\$ switchyard /);
    },
  );

  it('--version prints the version of package.json', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
    expect(await switchyard(['--version'], here)).toMatchObject({ status: 0, stdout: `${version}\n` });
  });

  it.each([
    [['start'], {}, "unknown command 'start'"],
    [['up'], {}, "required option '-f, --file <file>' not specified"],
    [['up', '-f', PENGUINS, '--prot', '1'], {}, "unknown option '--prot'"],
    [['up', '-f', PENGUINS, '--port', 'http'], {}, 'whole number from 0 to 65535, got "http"'],
    [['up', '-f', PENGUINS], { SWITCHYARD_PORT: '70000' }, 'SWITCHYARD_PORT'],
    [['up', '-f', PENGUINS, '--port', '9000', '--admin-port', '9000'], {}, 'must differ, got 9000'],
    [['up', '-f', PENGUINS, '--grpc-port', '8000'], {}, '--port and --grpc-port must differ, got 8000'],
    [['demo', '--count', '0'], {}, 'whole number from 1'],
  ])('%j with %j is refused as misuse', async (args, env, message) => {
    const { status, stdout, stderr } = await switchyard(args, { ...here, env });
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(STACK);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  });
});

describe('switchyard up refuses', () => {
  it.each([
    [
      ['--data-dir', 'd'],
      { DATABASE_URL: 'postgres://localhost/x' },
      /REDIS_URL is not: set both, or neither/,
    ],
    [
      ['--data-dir', 'd'],
      { DATABASE_URL: 'postgres://u:secret@127.0.0.1:1/x', REDIS_URL: 'redis://127.0.0.1:1' },
      /REDIS_URL names redis:\/\/127\.0\.0\.1:1, which cannot be used: .*ECONNREFUSED/,
    ],
  ])('%j with %j', async (args, env, message) => {
    const { status, stderr } = await switchyard(['up', '-f', PENGUINS, ...args], { ...here, env });
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain('secret');
    expect(stderr).not.toMatch(STACK);
    expect(status).toBe(1);
  });

  it('a data directory of a newer format', async () => {
    const dataDir = join(folder.path, 'newer');
    mkdirSync(dataDir);
    writeFileSync(join(dataDir, 'data-directory.json'), '{"format":99}\n');
    const { status, stderr } = await switchyard(['up', '-f', PENGUINS, '--data-dir', dataDir], here);
    expect(stderr).toMatch(/^switchyard: .*newer has format 99, .*--data-dir/);
    expect(stderr).not.toMatch(STACK);
    expect(status).toBe(1);
  });

  it('a data directory where nothing can be written', async () => {
    writeFileSync(join(folder.path, 'file'), '');
    for (const dataDir of [join(folder.path, 'file', 'data'), '/sys/switchyard']) {
      const { status, stderr } = await switchyard(['up', '-f', PENGUINS, '--data-dir', dataDir], here);
      expect(stderr).toContain(`data directory`);
      expect(stderr).toContain('--data-dir');
      expect(stderr.trim().split('\n')).toHaveLength(1);
      expect(status).toBe(1);
    }
  });

  it.each([
    ['--port', 'SWITCHYARD_PORT'],
    ['--grpc-port', 'SWITCHYARD_GRPC_PORT'],
    ['--admin-port', 'SWITCHYARD_ADMIN_PORT'],
  ])('a %s in use, and stops what it has started', async (flag, variable) => {
    const occupier = createServer().listen(0, '127.0.0.1');
    await once(occupier, 'listening');
    const { port } = occupier.address() as AddressInfo;
    const free = ['--port', '--grpc-port', '--admin-port'].flatMap((each) => [each, '0']);
    const args = ['up', '-f', PENGUINS, '--data-dir', 'ports', ...free, flag, `${port}`];
    const { status, stderr } = await switchyard(args, here);
    occupier.close();
    expect(stderr).toContain(`port ${port} on 127.0.0.1 is in use`);
    expect(stderr).toContain(`${flag} or ${variable}`);
    expect(stderr).not.toMatch(STACK);
    expect(status).toBe(1);
    expect(existsSync(join(folder.path, 'ports', 'lock'))).toBe(false);
  });
});

describe('switchyard verify', () => {
  it('says 2 when there is nothing to verify', async () => {
    const { status, stdout, stderr } = await switchyard(['verify', '--json', '--data-dir', 'nowhere'], here);
    expect(stderr).toMatch(/nowhere does not exist.*--data-dir/);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  });
});

describe('switchyard demo', () => {
  it('--no-start says that nothing answers', async () => {
    const args = ['demo', '--no-start', '--url', 'http://127.0.0.1:1'];
    const { status, stderr } = await switchyard(args, here);
    expect(stderr).toMatch(/^switchyard: nothing answers at http:\/\/127\.0\.0\.1:1 .*npm start/);
    expect(status).toBe(1);
  });
});

describe('a whole life', () => {
  const data = ['--data-dir', join(folder.path, 'life')];
  const json = { 'content-type': 'application/json' };
  let adminKey = '';

  async function verified() {
    const { status, stdout } = await switchyard(['verify', '--json', ...data], here);
    return { status, ...JSON.parse(stdout) };
  }

  it('predicts, takes rewards, follows the admin API, learns, verifies and stops', async () => {
    const instance = await up(['-f', PENGUINS, ...data], here);
    const { url, adminUrl } = instance;
    adminKey = instance.adminKey!;
    expect(statSync(join(folder.path, 'life', 'receipt.key'))).toMatchObject({ size: 32 });
    expect(statSync(join(folder.path, 'life', 'receipt.key')).mode & 0o777).toBe(0o600);

    const prediction = await fetch(`${url}/seldon/default/penguins/api/v1.0/predictions`, {
      method: 'POST',
      headers: json,
      body: '{"data":{"names":[],"ndarray":[["Biscoe","male",45.2,14.8,212,5200]]}}',
    });
    expect(prediction.status).toBe(200);
    const decision = prediction.headers.get('switchyard-decision');
    const reward = await fetch(`${url}/api/v1.0/feedback`, {
      method: 'POST',
      headers: json,
      body: JSON.stringify({ decision, value: 1 }),
    });
    expect(reward.status).toBe(200);

    const experiment = `${adminUrl}/admin/v1/experiments/${EXPERIMENT}`;
    const authorization = `Bearer ${adminKey}`;
    const before = await fetch(experiment, { headers: { authorization } });
    const patched = await fetch(experiment, {
      method: 'PATCH',
      headers: { ...json, authorization, 'if-match': before.headers.get('etag')! },
      body: '{"weights":[0.5,0.5]}',
    });
    expect(patched.status).toBe(200);

    const flags = ['--url', url, '--admin-url', adminUrl, '--admin-key', adminKey];
    const demo = await switchyard(
      ['demo', '--count', '300', '--policy', 'thompson-sampling', ...flags],
      here,
    );
    expect(demo.stdout).toContain('The ledger holds what was sent: decisions 300, rewards 300,');
    expect(demo.stdout).toMatch(/^model-b does best/m);
    expect(demo).toMatchObject({ status: 0, stderr: '' });

    expect(await verified()).toMatchObject({ status: 0, equal: true, decisions: 301, rewards: 301 });
    const stopped = await instance.process.kill('SIGTERM');
    expect(stopped).toMatchObject({ status: 0, stderr: '' });
    expect(stopped.stdout).toMatch(/stopped\n$/);
  });

  it('verifies at rest', async () => {
    expect(await verified()).toMatchObject({ status: 0, equal: true, decisions: 301, rewards: 301 });
  });

  it('finds everything again at the second start, and takes the variables of the engine', async () => {
    const env = { CORS_ALLOWED_ORIGINS: 'https://shop.example' };
    const instance = await up(['-f', PENGUINS, ...data], { ...here, env });
    expect(instance.adminKey).toBeNull();
    const answer = await fetch(`${instance.adminUrl}/admin/v1/experiments/${EXPERIMENT}`, {
      headers: { authorization: `Bearer ${adminKey}` },
    });
    expect(answer.status).toBe(200);
    // The manifest's, the weights, and the demo's policy.
    expect(answer.headers.get('etag')).toBe('"3"');
    const preflight = await fetch(`${instance.url}/api/v1.0/predictions`, { method: 'OPTIONS' });
    expect(preflight.headers.get('access-control-allow-origin')).toBe('https://shop.example');
    const prediction = await fetch(`${instance.url}/api/v1.0/predictions`, {
      method: 'POST',
      headers: json,
      body: '{"data":{"names":[],"ndarray":[["Biscoe","male",45.2,14.8,212,5200]]}}',
    });
    expect(prediction.status).toBe(200);
    expect(await instance.process.kill('SIGINT')).toMatchObject({ status: 0, stderr: '' });
    expect(await verified()).toMatchObject({ equal: true, decisions: 302, rewards: 301 });
  });

  it('demo starts an instance where none answers, reads .env, and stops it', async () => {
    const cwd = join(folder.path, 'env');
    mkdirSync(cwd);
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    writeFileSync(join(cwd, '.env'), `SWITCHYARD_PORT=${port}\nSWITCHYARD_DATA_DIR=../life\nDATABASE_URL=\n`);
    const demo = await switchyard(['demo', '--count', '50'], { cwd });
    expect(demo.stdout).toContain(`Nothing answers at http://127.0.0.1:${port}: starting an instance`);
    expect(demo.stdout).toContain('The ledger holds what was sent: decisions 50, rewards 50,');
    expect(demo).toMatchObject({ status: 0, stderr: '' });
    expect(await verified()).toMatchObject({ status: 0, equal: true, decisions: 352, rewards: 351 });
  });
});
