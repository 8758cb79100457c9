import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { UnusableClassError } from './errors.js';
import { loadUserObject } from './load-user-object.js';
import { SeldonResponse } from './public/index.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'switchyard-classes-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function load(name: string, text: string) {
  const file = join(folder, name);
  await writeFile(file, text);
  return loadUserObject({ file, names: ['Model'], parameters: { factor: 2 } });
}

const IMPORT = "import { SeldonResponse } from 'switchyard/sdk';";
const BODY = 'class Model { predict() { return new SeldonResponse([1]); } }';

describe('loadUserObject', () => {
  it.each([
    ['a.ts', `${IMPORT} import type { Component } from 'switchyard/sdk'; export ${BODY}`],
    ['b.mts', `${IMPORT} export ${BODY}`],
    ['c.mjs', `${IMPORT} export ${BODY}`],
    ['d.js', `${IMPORT} export default ${BODY}`],
    ['e.cjs', `const { SeldonResponse } = require('switchyard/sdk'); module.exports = ${BODY}`],
  ])('lets %s import switchyard/sdk where no such package is installed', async (name, text) => {
    const user = await load(name, text);
    expect(await user.predict?.([], [], {})).toBeInstanceOf(SeldonResponse);
  });

  it('lets a file beside the class import it as well', async () => {
    await writeFile(
      join(folder, 'helper.ts'),
      `${IMPORT} export const wrap = () => new SeldonResponse([1]);`,
    );
    const user = await load(
      'f.ts',
      "import { wrap } from './helper.js'; export class Model { predict() { return wrap(); } }",
    );
    expect(await user.predict?.([], [], {})).toBeInstanceOf(SeldonResponse);
  });

  it('loads a CommonJS class twice', async () => {
    const text = 'module.exports = class { predict() { return "x"; } }';
    await load('twice.cjs', text);
    expect(await (await load('twice.cjs', text)).predict?.([], [], {})).toBe('x');
  });

  it.each([
    [
      'g.ts',
      "export class Model { constructor() { throw new Error('no\\n  model'); } }",
      'g.ts: the constructor threw: no model',
    ],
    ['h.ts', "export class Model { load() { throw 'gone'; } }", 'h.ts: load() threw: gone'],
    ['i.ts', "export class Model { async load() { throw new Error('late'); } }", 'i.ts: load() threw: late'],
    ['j.ts', 'export class Model { predict( { } }', 'cannot load'],
    ['k.ts', "import 'absent-package'; export class Model {}", "Cannot find module 'absent-package'"],
    ['l.ts', 'export const model = 1;', 'expected a class exported as one of L, Model, default, got model'],
  ])('says in one line why %s cannot be used', async (name, text, problem) => {
    const error = await load(name, text).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UnusableClassError);
    expect((error as Error).message).toContain(problem);
    expect((error as Error).message).not.toContain('\n');
  });
});
