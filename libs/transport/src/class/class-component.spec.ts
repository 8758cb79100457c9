import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { Call, type GraphNode } from '#graph';
import { Message } from '#protocol';
import { UnusableComponentError } from '../errors.js';
import { failureOf } from '../testing/failure-of.js';
import { sampleNode, text } from '../testing/sample-node.js';
import { ClassComponent } from './class-component.js';

const call = new Call('puid-1');

function fixture(name: string): string {
  return fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));
}

function everything(overrides: Partial<GraphNode> = {}): Promise<ClassComponent> {
  const parameters = [{ name: 'factor', type: 'INT' as const, value: 3 }, text('label', 'x')];
  return ClassComponent.load(sampleNode({ parameters, ...overrides }), fixture('everything.mjs'), 10_000);
}

function misbehaving(how: string, timeoutMs = 10_000): Promise<ClassComponent> {
  return ClassComponent.load(
    sampleNode({ parameters: [text('how', how)] }),
    fixture('misbehaving.mjs'),
    timeoutMs,
  );
}

const message = (value: unknown) => Message.ofValue(value);
const rows = (ndarray: unknown, names: string[] = []) => message({ data: { names, ndarray } });

describe('ClassComponent', () => {
  it('gives the constructor the parameters, and the method the values, names and meta', async () => {
    const component = await everything();
    const request = {
      meta: { puid: 'p', routing: { router: 1 } },
      data: { names: ['show'], ndarray: [[2, 'x']] },
    };
    expect((await component.predict(message(request))).value).toEqual({
      jsonData: {
        parameters: { factor: 3, label: 'x' },
        rows: [[2, 'x']],
        names: ['show'],
        meta: { puid: 'p', routing: { router: 1 } },
      },
      meta: { puid: 'p', tags: { from: 'x' } },
    });
  });

  it('answers arrays as ndarray with classNames, puid kept, tags merged', async () => {
    const component = await everything();
    const request = { meta: { puid: 'p', tags: { old: 1 } }, data: { ndarray: [[2], [4]] } };
    expect((await component.predict(message(request))).value).toEqual({
      data: {
        names: ['low', 'high'],
        ndarray: [
          [6, true],
          [12, true],
        ],
      },
      meta: { puid: 'p', tags: { old: 1, from: 'x' } },
    });
  });

  it('takes a tensor as nested arrays and answers one', async () => {
    const component = await everything();
    const request = { data: { tensor: { shape: [2, 2], values: [1, 2, 3, 4] } } };
    expect((await component.transformInput(message(request))).value).toMatchObject({
      data: { names: ['plus-one'], tensor: { shape: [2, 2], values: [2, 3, 4, 5] } },
    });
  });

  it('answers a tensor request with an ndarray where the result is not all numbers', async () => {
    const component = await everything();
    const request = { data: { tensor: { shape: [1, 1], values: [1] } } };
    expect((await component.predict(message(request))).value).toMatchObject({
      data: { ndarray: [[3, true]] },
    });
  });

  it('hands the messages and their names to aggregate', async () => {
    const component = await everything({ type: 'COMBINER' });
    const answer = await component.aggregate([rows([[1]], ['a']), rows([[2]], ['b'])], call);
    expect(answer.value).toMatchObject({ jsonData: { answers: [[[1]], [[2]]], names: [['a'], ['b']] } });
  });

  it('hands features, reward, truth and its own routing to sendFeedback', async () => {
    const component = await everything();
    const feedback = {
      request: { data: { names: ['a'], ndarray: [[1]] } },
      response: { meta: { routing: { 'model-a': 2 } } },
      reward: 0.5,
      truth: { data: { ndarray: [[9]] } },
    };
    expect((await component.sendFeedback(message(feedback), call)).value).toMatchObject({
      jsonData: { features: [[1]], names: ['a'], reward: 0.5, truth: [[9]], routing: 2 },
    });
  });

  it('lets the class change what it got without changing the message', async () => {
    const request = rows([[1, 2]]);
    const answer = await (await misbehaving('mutate')).predict(request);
    expect(answer.value).toMatchObject({ data: { ndarray: [[9, 2]] } });
    expect(request.value).toMatchObject({ data: { ndarray: [[1, 2]] } });
  });

  it('passes on what it has no method for', async () => {
    const component = await everything();
    const request = rows([[1]], ['kept']);
    expect(await component.transformOutput(request)).toBe(request);
  });

  it.each([0, 1, -1, -2, 7])('gives the route %d to the engine, which knows the children', async (route) => {
    const component = await everything({ type: 'ROUTER' });
    expect(await component.route(rows([[1]], [String(route)]), call)).toBe(route);
  });

  it.each(['"1"', '1.5', 'null', '[1]', '{}'])('refuses the route %s', async (route) => {
    const component = await everything({ type: 'ROUTER' });
    const error = await failureOf(component.route(rows([[1]], [route]), call));
    expect(error).toMatchObject({ node: 'model-a', call: 'route', status: 500 });
    expect(error.info).toContain(`expected a whole number, got ${route}`);
  });

  it.each([
    ['not json', 'the body is not JSON'],
    ['', 'the body is empty'],
    ['[1]', 'expected a JSON object, got an array'],
    ['{}', 'expected one of data, strData, jsonData, binData'],
    ['{"data":{}}', 'expected ndarray'],
    ['{"data":{"ndarray":[[1]],"names":[1]}}', 'data.names: expected an array of strings'],
    ['{"data":{"tensor":{"shape":[2,2],"values":[1]}}}', 'shape [2,2] needs 4 values, got 1'],
    ['{"data":{"tensor":{"shape":[-1],"values":[1]}}}', 'data.tensor.shape'],
  ])('answers 400 to %j', async (body, problem) => {
    const component = await everything();
    const error = await failureOf(component.predict(Message.ofBytes(Buffer.from(body))));
    expect(error).toMatchObject({ node: 'model-a', status: 400 });
    expect(error.info).toContain(problem);
  });

  it('answers 400 to a message that nests too deep', async () => {
    const body = Message.ofBytes(Buffer.from('['.repeat(1_000_000)));
    const router = await everything({ type: 'ROUTER' });
    for (const answer of [router.predict(body), router.route(body, call), router.sendFeedback(body, call)]) {
      expect(await failureOf(answer)).toMatchObject({ node: 'model-a', status: 400 });
    }
  });

  it.each([
    ['throw', 500, 'x is not iterable'],
    ['bad input', 400, 'row 0: expected 6 columns, got 5'],
    ['reason', 422, 'too wide'],
    ['text', 500, 'just text'],
    ['nan', 500, 'expected finite numbers, got NaN'],
    ['nothing', 500, 'got undefined'],
    ['circle', 500, 'circular'],
    ['number', 500, 'got 7'],
  ])('names the node when the class fails by %s', async (how, status, problem) => {
    const error = await failureOf((await misbehaving(how)).predict(rows([[1]])));
    expect(error).toMatchObject({ node: 'model-a', status });
    expect(error.info).toBe(`model-a: predict: ${error.info.split(': ').slice(2).join(': ')}`);
    expect(error.info).toContain(problem);
  });

  it('keeps the reason that the class gives', async () => {
    const error = await failureOf((await misbehaving('reason')).predict(rows([[1]])));
    expect(error).toMatchObject({ status: 422, reason: 'TOO_WIDE' });
  });

  it('cuts a method that never settles', async () => {
    const error = await failureOf((await misbehaving('hang', 20)).predict(rows([[1]])));
    expect(error.info).toBe('model-a: predict: no answer within 20 ms');
  });

  it('finds a class that a CommonJS module exports by name', async () => {
    const component = await ClassComponent.load(sampleNode(), fixture('model-a.cjs'), 10_000);
    expect((await component.predict(rows([[1]]))).value).toMatchObject({ strData: 'named' });
  });

  it.each([
    ['misbehaving.mjs', sampleNode({ parameters: [text('how', 'load')] }), 'the artefact is gone'],
    ['absent.ts', sampleNode(), 'no such file'],
    ['misbehaving.mjs', sampleNode({ type: 'ROUTER' }), 'has no method route, expected by ROUTER'],
    [
      '../../errors.ts',
      sampleNode(),
      'expected a class exported as one of Errors, ModelA, model-a, default, got',
    ],
  ])('does not start with %s', async (file, node, problem) => {
    const start = ClassComponent.load(node, fixture(file), 10_000);
    await expect(start).rejects.toBeInstanceOf(UnusableComponentError);
    await expect(start).rejects.toThrow(problem);
  });
});
