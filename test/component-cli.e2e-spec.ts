import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { CliProcess, scratchFolder, switchyard } from './cli-process.js';
import { post } from './component-host.js';

const folder = scratchFolder();
afterAll(() => folder.remove());

const surroundings = { cwd: resolve('test') };
const HOST = 'component-classes.Host';
const PORTS = ['--host', '127.0.0.1', '--http-port', '0', '--grpc-port', '0', '--metrics-port', '0'];

interface Served {
  readonly process: CliProcess;
  readonly url: string;
  readonly metricsUrl: string;
}

async function serve(args: readonly string[], env: Record<string, string> = {}): Promise<Served> {
  const process = new CliProcess(['component', HOST, ...PORTS, ...args], { ...surroundings, env });
  const [, url, metricsUrl] = await process.says(
    /listens on (\S+), gRPC on port \d+, metrics on (\S+), workers/,
  );
  return { process, url: url!, metricsUrl: metricsUrl! };
}

/** What test/component-classes.ts says of its process; null while nobody listens. */
async function asked(url: string, name = ''): Promise<{ pid: number; parameters: object } | null> {
  try {
    const answer = await post(`${url}/predict`, { data: { names: [name], ndarray: [[1]] } });
    return ((await answer.json()) as { jsonData: { pid: number; parameters: object } }).jsonData;
  } catch {
    return null;
  }
}

async function eventually<T>(look: () => Promise<T | null>): Promise<T> {
  for (const end = Date.now() + 20_000; Date.now() < end; ) {
    const seen = await look();
    if (seen !== null) return seen;
    await new Promise((wait) => setTimeout(wait, 50));
  }
  throw new Error('waited 20 s in vain');
}

async function pidsOf(url: string, count: number): Promise<Set<number>> {
  const pids = new Set<number>();
  return eventually(async () => {
    // At the same time, because a connection stays with its worker.
    const answers = await Promise.all(Array.from({ length: 8 }, () => asked(url, 'slow')));
    for (const answer of answers) if (answer) pids.add(answer.pid);
    return pids.size >= count ? pids : null;
  });
}

describe('switchyard component', () => {
  it('shares one port among its workers, gathers their metrics, and ends with status 0', async () => {
    const { process, url, metricsUrl } = await serve(['--workers', '2'], { PREDICTIVE_UNIT_ID: 'node-1' });
    await pidsOf(url, 2);
    const metrics = await (await fetch(metricsUrl)).text();
    expect(metrics).toMatch(/^seen_total\{.*model_name="node-1".*worker_id="1".*\} \d+$/m);
    expect(metrics).toMatch(/^seen_total\{.*worker_id="2".*\} \d+$/m);
    expect((await fetch(new URL('/nowhere', metricsUrl))).status).toBe(404);
    expect(await process.kill('SIGTERM')).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/stopped\n$/),
    });
  });

  it.each(['crash', 'reject'])('replaces a worker that ends by %s', async (how) => {
    const { process, url } = await serve([]);
    const before = await asked(url);
    await asked(url, how);
    const after = await eventually(async () => {
      const answer = await asked(url);
      return answer && answer.pid !== before!.pid ? answer : null;
    });
    expect(after.pid).not.toBe(before!.pid);
    const { stderr } = await process.kill('SIGTERM');
    expect(stderr).toMatch(/worker \d+ ended: .*; the next one starts in 100 ms/);
  });

  it('finishes the request that is on its way before it stops', async () => {
    const { process, url } = await serve([]);
    const slow = asked(url, 'slow');
    await new Promise((wait) => setTimeout(wait, 200));
    const finished = process.kill('SIGTERM');
    expect(await slow).toMatchObject({ pid: expect.any(Number) });
    expect((await finished).status).toBe(0);
  });

  it('gives the parameters as one typed object', async () => {
    const parameters = JSON.stringify([
      { name: 'count', value: '3', type: 'INT' },
      { name: 'ratio', value: '0.5', type: 'FLOAT' },
      { name: 'wide', value: '1e3', type: 'DOUBLE' },
      { name: 'label', value: '7', type: 'STRING' },
      { name: 'strict', value: 'true', type: 'BOOL' },
    ]);
    const { process, url } = await serve([], { PREDICTIVE_UNIT_PARAMETERS: parameters });
    const expected = { count: 3, ratio: 0.5, wide: 1000, label: '7', strict: true };
    expect((await asked(url))?.parameters).toEqual(expected);
    await process.kill('SIGTERM');
  });

  it.each([
    ['{', 'expected a JSON list, got "{"'],
    ['{}', 'expected a JSON list, got {}'],
    ['[{"value":"1","type":"INT"}]', '[0].name must be a text, got nothing'],
    ['[{"name":"a","value":"x","type":"INT"}]', 'a must be INT, got "x"'],
    [
      '[{"name":"a","value":"1","type":"COMPLEX"}]',
      'type of a must be one of INT, FLOAT, DOUBLE, STRING, BOOL',
    ],
  ])('refuses the parameters %s', async (parameters, problem) => {
    const { status, stderr } = await switchyard(
      ['component', HOST, '--parameters', parameters],
      surroundings,
    );
    expect(stderr).toContain(`MICROSERVICE_BAD_PARAMETER: ${problem}`);
    expect(status).toBe(1);
  });

  it('lets the flag win over the variable, and Seldon’s second variable over the default', async () => {
    const args = ['component', HOST, '--host', '127.0.0.1', '--grpc-port', '0', '--metrics-port', '0'];
    const env = { PREDICTIVE_UNIT_SERVICE_PORT: '19473', GUNICORN_WORKERS: '3' };
    const process = new CliProcess([...args, '--workers', '1'], { ...surroundings, env });
    await process.says(/listens on http:\/\/127\.0\.0\.1:19473, .*workers: 1$/m);
    await process.kill('SIGTERM');
  });

  it.each([
    [['--http-port', '70000'], {}, 'Expected a whole number from 0 to 65535, got "70000"'],
    [['--service-type', 'THING'], {}, 'Allowed choices are MODEL, ROUTER, TRANSFORMER'],
    [[], { GUNICORN_WORKERS: 'many' }, 'Expected a whole number from 1 to 512, got "many"'],
    [
      [],
      { PREDICTIVE_UNIT_SERVICE_PORT: 'x' },
      'PREDICTIVE_UNIT_SERVICE_PORT: Expected a whole number from 0 to 65535, got "x"',
    ],
  ])('is misused with %j and %j', async (args, env, problem) => {
    const { status, stderr } = await switchyard(['component', HOST, ...args], { ...surroundings, env });
    expect(stderr).toContain(problem);
    expect(status).toBe(2);
  });

  it('says that options of Python’s wrapper have no effect', async () => {
    const { process } = await serve(['--threads', '4']);
    expect((await process.kill('SIGTERM')).stderr).toContain('--threads has no effect here');
  });

  it('does not start where load() fails, a port is taken, or the class is not there', async () => {
    const refused = await switchyard(
      ['component', HOST, ...PORTS, '--parameters', '[{"name":"refuse","value":"1","type":"BOOL"}]'],
      surroundings,
    );
    expect(refused).toMatchObject({ status: 1, stderr: expect.stringContaining('the artefact is gone') });
    const { process, url } = await serve([]);
    const port = new URL(url).port;
    const taken = await switchyard(['component', HOST, ...PORTS, '--http-port', port], surroundings);
    expect(taken).toMatchObject({ status: 1, stderr: expect.stringContaining('EADDRINUSE') });
    await process.kill('SIGTERM');
    const absent = await switchyard(['component', 'Absent'], { cwd: folder.path });
    expect(absent).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('no file for the class Absent: expected one of ./Absent.ts'),
    });
  });

  it.each([
    ['Model', 'model.ts', 'export class Model { predict() { return "ts"; } }'],
    [
      'InputTransformer',
      'input-transformer.mjs',
      'export class InputTransformer { predict() { return "ts"; } }',
    ],
    ['./Plain.js', 'Plain.js', 'module.exports = class { predict() { return "ts"; } }'],
  ])('finds %s in %s', async (name, file, text) => {
    writeFileSync(join(folder.path, file), text);
    const process = new CliProcess(['component', name, ...PORTS], { cwd: folder.path });
    const [, url] = await process.says(/listens on (\S+),/);
    const answer = await post(`${url}/predict`, { strData: 'x' });
    expect(await answer.json()).toMatchObject({ strData: 'ts' });
    await process.kill('SIGTERM');
  });
});
