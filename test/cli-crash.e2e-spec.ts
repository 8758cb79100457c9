import { afterAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { runningServices } from '#embedded';
import { CliProcess, PENGUINS, scratchFolder, switchyard, up } from './cli-process.js';

const folder = scratchFolder();
const here = { cwd: folder.path };
const data = ['--data-dir', `${folder.path}/data`];
afterAll(() => folder.remove());

const HEADERS = { 'content-type': 'application/json' };
const ROW = '{"data":{"ndarray":[["Biscoe","male",45.2,14.8,212,5200]]}}';
const ACKNOWLEDGED_BEFORE_THE_CRASH = 150;

/** Predicts and rewards until the server is gone; reports every reward that was acknowledged. */
async function sendUntilGone(url: string, onAcknowledged: (decision: string) => void): Promise<void> {
  const post = async (path: string, body: string) => {
    const answer = await fetch(`${url}/api/v1.0/${path}`, { method: 'POST', headers: HEADERS, body });
    await answer.arrayBuffer();
    return answer;
  };
  for (;;) {
    try {
      const decision = (await post('predictions', ROW)).headers.get('switchyard-decision')!;
      const answer = await post('feedback', JSON.stringify({ decision, value: 1 }));
      if (answer.status === 200) onAcknowledged(decision);
    } catch {
      return;
    }
  }
}

async function rewardedDecisions(): Promise<string[]> {
  const services = await runningServices(`${folder.path}/data`);
  const client = new pg.Client(services!.databaseUrl);
  await client.connect();
  const { rows } = await client.query('SELECT decision_id FROM reward');
  await client.end();
  return rows.map(({ decision_id }) => decision_id);
}

describe('kill -9 during a demo', () => {
  it('loses no acknowledged reward and counts none twice', async () => {
    const first = await up(['-f', PENGUINS, ...data], here);
    const demo = new CliProcess(['demo', '--no-start', '--url', first.url, '--count', '1000000'], here);
    await demo.says(/^[1-9]\d* of 1000000 predicted/m);

    const acknowledged: string[] = [];
    let enough = () => {};
    const isEnough = new Promise<void>((resolve) => {
      enough = resolve;
    });
    const senders = Array.from({ length: 4 }, () =>
      sendUntilGone(first.url, (decision) => {
        if (acknowledged.push(decision) === ACKNOWLEDGED_BEFORE_THE_CRASH) enough();
      }),
    );
    await isEnough;
    expect(await first.process.kill('SIGKILL')).toMatchObject({ signal: 'SIGKILL' });
    await Promise.all(senders);

    const { status, stdout, stderr } = await demo.finished;
    expect(stdout).toContain('Stopped: requests kept failing. What follows was acknowledged before.');
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
    const byDemo = Number(/and (\d+) rewards acknowledged/.exec(stdout)![1]);

    const second = await up(['-f', PENGUINS, ...data], here);
    const rewarded = await rewardedDecisions();
    expect(new Set(rewarded).size).toBe(rewarded.length);
    expect(rewarded).toEqual(expect.arrayContaining(acknowledged));
    expect(rewarded.length).toBeGreaterThanOrEqual(acknowledged.length + byDemo);
    // What was on its way to an answer: one per sender and per connection of the demo.
    expect(rewarded.length).toBeLessThanOrEqual(acknowledged.length + byDemo + senders.length + 8);

    const verify = await switchyard(['verify', '--json', ...data], here);
    expect(JSON.parse(verify.stdout)).toMatchObject({ equal: true, rewards: rewarded.length });
    expect(verify.status).toBe(0);
    expect(await second.process.kill('SIGTERM')).toMatchObject({ status: 0 });
  });
});
