import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { CliProcess, scratchFolder, switchyard } from './cli-process.js';
import { post } from './component-host.js';

const folder = scratchFolder();
afterAll(() => folder.remove());

const PORTS = ['--host', '127.0.0.1', '--http-port', '0', '--grpc-port', '0', '--metrics-port', '0'];

function write(file: string, text: string): void {
  writeFileSync(join(folder.path, file), text);
}

async function serve(name: string, env: Record<string, string> = {}, args: readonly string[] = []) {
  const process = new CliProcess(['component', name, ...PORTS, ...args], { cwd: folder.path, env });
  const [, url] = await process.says(/listens on (\S+),/);
  return { process, url: url! };
}

async function answer(response: Promise<Response>): Promise<[number, string | null, string]> {
  const { status, headers, ...got } = await response.then(async (given) => ({
    status: given.status,
    headers: given.headers,
    text: await given.text(),
  }));
  return [status, headers.get('content-type'), got.text];
}

const DOUBLER = `
import { type Component, type Metric, SeldonMicroserviceException, SeldonResponse, Tensor } from 'switchyard/sdk';

export class Doubler implements Component {
  readonly valuesAs = 'tensor';
  readonly classNames = ['doubled'];

  predict({ shape, values }: Tensor, names: readonly string[]): SeldonResponse<Tensor> {
    if (names.length > 1) throw new SeldonMicroserviceException('one column only', 422, 'TOO_WIDE');
    const metrics: Metric[] = [{ type: 'COUNTER', key: 'values', value: values.length }];
    return new SeldonResponse(new Tensor(shape, values.map((value) => value * 2)), { tags: { by: 2 }, metrics });
  }

  tags() {
    return { by: 1, model: 'doubler' };
  }
}
`;

describe('a class that imports switchyard/sdk', () => {
  it('is served from a folder without packages', async () => {
    write('Doubler.ts', DOUBLER);
    const { process, url } = await serve('Doubler');
    const tensor = { shape: [2, 1], values: [1, 2.5] };
    const doubled = await post(`${url}/predict`, { data: { names: ['x'], tensor } });
    expect(await doubled.json()).toEqual({
      data: { names: ['doubled'], tensor: { shape: [2, 1], values: [2, 5] } },
      meta: {
        tags: { by: 2, model: 'doubler' },
        metrics: [{ type: 'COUNTER', key: 'values', value: 2 }],
        requestPath: { NOT_IMPLEMENTED: 'NOT_IMPLEMENTED:NOT_IMPLEMENTED' },
      },
    });
    const wide = await post(`${url}/predict`, { data: { names: ['x', 'y'], tensor } });
    expect([wide.status, await wide.json()]).toEqual([
      422,
      { status: { code: -1, info: 'one column only', reason: 'TOO_WIDE', status: 1 } },
    ]);
    await process.kill('SIGTERM');
  });

  it('is checked by the compiler against the declarations of the built package', () => {
    const project = join(folder.path, 'typed');
    mkdirSync(join(project, 'node_modules'), { recursive: true });
    symlinkSync(resolve('.'), join(project, 'node_modules', 'switchyard'));
    const compilerOptions = { strict: true, module: 'nodenext', target: 'es2023', noEmit: true, types: [] };
    writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
    writeFileSync(join(project, 'package.json'), '{"type":"module"}');
    const compile = (text: string) => {
      writeFileSync(join(project, 'doubler.ts'), text);
      const tsc = resolve('node_modules/typescript7/bin/tsc');
      const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', project], { encoding: 'utf8' });
      return { status, stdout };
    };
    expect(compile(DOUBLER)).toEqual({ status: 0, stdout: '' });
    const wrong = compile(DOUBLER.replace("'doubled'", '1'));
    expect(wrong.stdout).toContain("'classNames' in type 'Doubler' is not assignable");
    expect(wrong.status).not.toBe(0);
  });
});

describe('PAYLOAD_PASSTHROUGH', () => {
  it('hands the body to predictRaw as it came, and sends bytes and text as they are', async () => {
    write(
      'Bytes.ts',
      `export class Bytes {
        predictRaw(body: Buffer) {
          if (body.length === 0) return { status: { code: 422 } };
          return body[0] === 0 ? body.reverse() : 'text: ' + body;
        }
      }`,
    );
    const { process, url } = await serve('Bytes', { PAYLOAD_PASSTHROUGH: 'true' });
    const call = (body: Uint8Array<ArrayBuffer> | string, type: string) =>
      answer(fetch(`${url}/predict`, { method: 'POST', headers: { 'content-type': type }, body }));
    expect(await call(Uint8Array.of(0, 1, 2), 'application/octet-stream')).toEqual([
      200,
      'application/json',
      '\x02\x01\x00',
    ]);
    expect(await call('{not json', 'text/csv')).toEqual([200, 'application/json', 'text: {not json']);
    expect(await call('', 'text/csv')).toEqual([422, 'application/json', '{"status":{"code":422}}']);
    const [status] = await answer(fetch(`${url}/predict`, { method: 'DELETE' }));
    expect(status).toBe(405);
    await process.kill('SIGTERM');
  });

  it('needs a class that has predictRaw', async () => {
    write('Plain.ts', 'export class Plain { predict() { return 1; } }');
    const env = { PAYLOAD_PASSTHROUGH: '1' };
    const { status, stderr } = await switchyard(['component', 'Plain', ...PORTS], { cwd: folder.path, env });
    expect(stderr).toContain('has no method predictRaw, expected by PAYLOAD_PASSTHROUGH');
    expect(status).toBe(1);
  });
});

describe('customService', () => {
  const SERVICE = `
    import { writeFileSync } from 'node:fs';
    export class Service {
      loaded = false;
      load() { this.loaded = true; }
      predict() { return { pid: process.pid }; }
      customService() { writeFileSync('service.json', JSON.stringify({ pid: process.pid, loaded: this.loaded })); }
    }`;

  it('runs once, in a process of its own that lives as long as the workers', async () => {
    write('Service.ts', SERVICE);
    const { process: cli, url } = await serve('Service', {}, ['--workers', '2']);
    const file = join(folder.path, 'service.json');
    while (!existsSync(file) || readFileSync(file, 'utf8') === '')
      await new Promise((wait) => setTimeout(wait, 50));
    const service = JSON.parse(readFileSync(file, 'utf8'));
    const { jsonData } = (await (await post(`${url}/predict`, { strData: '' })).json()) as {
      jsonData: { pid: number };
    };
    expect(service.loaded).toBe(true);
    expect(service.pid).not.toBe(jsonData.pid);
    expect(process.kill(service.pid, 0)).toBe(true);
    expect(await cli.kill('SIGTERM')).toMatchObject({ status: 0 });
    expect(() => process.kill(service.pid, 0)).toThrow('ESRCH');
  });

  it('that fails is said and started again, while predictions go on', async () => {
    write(
      'Failing.ts',
      SERVICE.replace('class Service', 'class Failing').replace('writeFileSync(', 'throw Error('),
    );
    const { process, url } = await serve('Failing');
    await process.complains(/worker \d+ ended: .*; the next one starts in 200 ms/);
    expect((await post(`${url}/predict`, { strData: '' })).status).toBe(200);
    expect((await process.kill('SIGTERM')).status).toBe(0);
  });
});

it.each([
  [
    'Throws',
    "export class Throws { constructor() { throw new Error('no\\nmodel'); } }",
    'the constructor threw: no model',
  ],
  ['Rejects', "export class Rejects { async load() { throw new Error('gone'); } }", 'load() threw: gone'],
  ['Broken', 'export class Broken { predict( {', 'cannot load'],
])('a class %s ends the start with one line and a hint', async (name, text, problem) => {
  write(`${name}.ts`, text);
  const surroundings = { cwd: folder.path };
  const { status, stderr, stdout } = await switchyard(['component', name, ...PORTS], surroundings);
  expect(stdout).toBe('');
  expect(stderr).toMatch(/^switchyard: .*\(SWITCHYARD_DEBUG=1 shows where\)\n$/);
  expect(stderr).toContain(problem);
  expect(status).toBe(1);
  const debug = { ...surroundings, env: { SWITCHYARD_DEBUG: '1' } };
  expect((await switchyard(['component', name, ...PORTS], debug)).stderr).toContain(`${name}.ts:1:`);
});
