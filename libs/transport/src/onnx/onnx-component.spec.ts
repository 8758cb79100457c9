import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ComponentError, type Parameter } from '#graph';
import { Message } from '#protocol';
import { UnusableComponentError } from '../errors.js';
import { joinRealm } from '../testing/join-realm.js';
import { sampleNode, text } from '../testing/sample-node.js';

joinRealm();
const { OnnxComponent } = await import('./onnx-component.js');

const MODELS = fileURLToPath(new URL('../../../../examples/penguins/models/', import.meta.url));
const ROW = [1, 0, 0, 0, 1, 0.5, 0.2, 0.7, 0.8];

let base: string;
let folder: string;

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'onnx-'));
  folder = join(base, 'deployment');
  await mkdir(join(folder, 'models'), { recursive: true });
  await copyFile(join(MODELS, 'model-b.onnx'), join(folder, 'models/model.onnx'));
  await copyFile(join(MODELS, 'model-b.onnx'), join(base, 'outside.onnx'));
  await symlink(join(base, 'outside.onnx'), join(folder, 'link.onnx'));
  await writeFile(join(folder, 'text.onnx'), 'this is no model');
});

afterAll(() => rm(base, { recursive: true }));

function load(modelUri: string | undefined, parameters: Parameter[] = [], roots: string[] = []) {
  const node = sampleNode({ implementation: 'ONNX_SERVER', modelUri, parameters });
  const cacheDir = join(base, 'cache');
  return OnnxComponent.load(node, { cacheDir, env: {}, roots: [folder, ...roots] }, 10_000);
}

const rows = (ndarray: unknown, names: string[] = []) => Message.ofValue({ data: { names, ndarray } });

describe('OnnxComponent', () => {
  it('answers the probabilities under t:0, t:1, ... when the deployment names no classes', async () => {
    const answer = (await (await load('file://models')).predict(rows([ROW, ROW]))).value as {
      data: { names: string[]; ndarray: number[][] };
    };
    expect(answer.data.names).toEqual(['t:0', 't:1', 't:2']);
    expect(answer.data.ndarray).toHaveLength(2);
    for (const row of answer.data.ndarray) expect(row.reduce((sum, p) => sum + p)).toBeCloseTo(1, 6);
  });

  it('answers a tensor to a tensor, with the class names', async () => {
    const model = await load('file://models/model.onnx', [text('class_names', 'Adelie, Chinstrap,Gentoo')]);
    const answer = await model.predict(Message.ofValue({ data: { tensor: { shape: [1, 9], values: ROW } } }));
    expect(answer.value).toMatchObject({
      data: { names: ['Adelie', 'Chinstrap', 'Gentoo'], tensor: { shape: [1, 3] } },
    });
  });

  it('turns the 64-bit integers of another output into numbers', async () => {
    const model = await load('file://models', [text('output', 'label')]);
    const answer = await model.predict(rows([ROW, ROW]));
    expect(answer.value).toMatchObject({
      data: { names: [], ndarray: [expect.any(Number), expect.any(Number)] },
    });
  });

  it.each([
    [[[1, 2]], 'row 0: expected 9 columns, got 2'],
    [[ROW, ROW.with(3, 'x' as never)], 'row 1, column 3 (d): expected a 32-bit number, got "x"'],
    [[ROW.with(0, null as never)], 'row 0, column 0 (a): expected a 32-bit number, got null'],
    [[ROW.with(0, 1e300)], 'got 1e+300'],
    [[1, 2], 'row 0: expected an array of 9 numbers, got 1'],
    [[], 'at least one row'],
    [Array.from({ length: 10_001 }, () => ROW), 'expected at most 10000 rows, got 10001'],
  ])('answers 400 to %j', async (ndarray, problem) => {
    const model = await load('file://models');
    const error = await model.predict(rows(ndarray, ['a', 'b', 'c', 'd'])).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ComponentError);
    expect(error).toMatchObject({ node: 'model-a', status: 400 });
    expect((error as ComponentError).info).toContain(problem);
  });

  it.each([
    [undefined, 'modelUri must be given, got none'],
    ['ftp://host/model', 'modelUri ftp://host/model: URI must be file://<path>'],
    ['http://127.0.0.1/model.onnx', 'host must be a public address'],
    ['file://', 'URI must be file://<path>'],
    ['file://../outside.onnx', 'which is outside'],
    ['file:///etc/hostname', 'which is outside'],
    ['file://link.onnx', 'which is outside'],
    ['file://absent', 'no such file'],
    ['file://text.onnx', 'is no usable ONNX model'],
  ])('does not start with modelUri %s', async (modelUri, problem) => {
    const start = load(modelUri);
    await expect(start).rejects.toBeInstanceOf(UnusableComponentError);
    await expect(start).rejects.toThrow(problem);
  });

  it.each([
    [text('model_file', '../../outside.onnx'), 'which is outside'],
    [text('model_file', 'absent.onnx'), 'no such file'],
    [text('output', 'nothing'), 'expected a tensor output, of label, probabilities, got nothing'],
    [text('class_names', 'a,b'), 'class_names must have 3 names, got 2'],
  ])('does not start with %j', async (parameter, problem) => {
    await expect(load('file://models', [parameter])).rejects.toThrow(problem);
  });

  it('reads a model over http', async () => {
    const content = await readFile(join(MODELS, 'model-b.onnx'));
    const server = createServer((_request, response) => response.end(content)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const modelUri = `http://127.0.0.1:${(server.address() as AddressInfo).port}/model`;
    const node = sampleNode({ implementation: 'ONNX_SERVER', modelUri });
    const artefacts = { cacheDir: join(base, 'cache'), env: {}, roots: [folder], allowPrivate: true };
    const model = await OnnxComponent.load(node, artefacts, 10_000);
    await expect(model.ready()).resolves.toBeUndefined();
    server.close();
  });

  it('reads a model from a further root', async () => {
    const model = await load(`file://${join(base, 'outside.onnx')}`, [], [base]);
    await expect(model.ready()).resolves.toBeUndefined();
  });
});
