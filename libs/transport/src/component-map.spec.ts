import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readComponents } from './component-map.js';
import { InvalidComponentsError } from './errors.js';

const folder = await mkdtemp(join(tmpdir(), 'components-'));
const file = join(folder, 'components.yaml');

async function readText(yaml: string) {
  await writeFile(file, yaml);
  return readComponents(file);
}

describe('readComponents', () => {
  it('reads the three ways to run a container, relative to the file', async () => {
    const map = await readText(`
transformer: { class: ./input-transformer.ts }
model-a: { url: "http://10.0.0.7:9000" }
model-b: { command: [python3, server.py] }
model-c: { url: "grpc://10.0.0.7:9500" }
`);
    expect([...map]).toEqual([
      ['transformer', { kind: 'class', file: join(folder, 'input-transformer.ts') }],
      ['model-a', { kind: 'url', url: 'http://10.0.0.7:9000' }],
      ['model-b', { kind: 'command', command: ['python3', 'server.py'], folder }],
      ['model-c', { kind: 'url', url: 'grpc://10.0.0.7:9500' }],
    ]);
  });

  it('reads what a remote component speaks, and the model that it is asked for', async () => {
    const map = await readText(`
a: { url: "http://h", protocol: v2, model: iris/versions/2 }
b: { url: "http://h", protocol: kfserving }
c: { command: [serve], protocol: tensorflow, model: half_plus_two }
`);
    expect([...map.values()]).toEqual([
      { kind: 'url', url: 'http://h', protocol: 'v2', model: 'iris/versions/2' },
      { kind: 'url', url: 'http://h', protocol: 'v2' },
      { kind: 'command', command: ['serve'], folder, protocol: 'tensorflow', model: 'half_plus_two' },
    ]);
  });

  it('takes an empty file as an empty map', async () => {
    expect((await readText('# nothing yet\n')).size).toBe(0);
  });

  it.each([
    ['a: {class: ./x.ts, url: "http://h"}', 'a: expected exactly one of class, url, command'],
    ['a: {}', 'a: expected exactly one of'],
    ['a: {image: x}', 'a: Unrecognized key: "image"'],
    ['a: {url: "ftp://h"}', 'a.url: expected a URL such as'],
    ['a: {url: "grpc://h"}', 'a.url: expected a URL such as'],
    ['a: {url: "grpc://h:9500/predict"}', 'a.url: expected a URL such as'],
    ['a: {command: "python3 x"}', 'a.command: '],
    ['a: {command: []}', 'a.command: '],
    ['a: {url: "http://h", protocol: v3}', 'a.protocol: '],
    ['a: {url: "http://h", model: ../admin}', 'a.model: expected the name of a model'],
    ['a: {class: ./x.ts, protocol: v2}', 'a: expected protocol and model beside url or command only'],
    ['- a', 'expected record'],
    ['a: {class: x}\na: {class: y}', 'Map keys must be unique'],
    ['a: [', 'line'],
  ])('refuses %j', async (yaml, problem) => {
    const refusal = readText(yaml);
    await expect(refusal).rejects.toBeInstanceOf(InvalidComponentsError);
    await expect(refusal).rejects.toThrow(problem);
  });

  it('says every problem at once', async () => {
    await expect(readText('a: {}\nb: {url: x}')).rejects.toMatchObject({
      problems: [{ path: 'a' }, { path: 'b.url' }],
    });
  });

  it('takes an absent file as an empty map only where it may be absent', async () => {
    const absent = join(folder, 'absent.yaml');
    expect((await readComponents(absent, { optional: true })).size).toBe(0);
    await expect(readComponents(absent)).rejects.toBeInstanceOf(InvalidComponentsError);
  });
});
