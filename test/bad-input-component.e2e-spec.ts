import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunningComponent } from '../apps/component/src/start-component.js';
import { post, startHost } from './component-host.js';

const CLASSES = `
  export class Everything {
    predict(values) { return values; }
    transformInput(values) { return values; }
    aggregate(values) { return values; }
    route() { return 0; }
    sendFeedback() { return 'thanks'; }
    tags() { return { host: 'same' }; }
  }
  export class Tensors extends Everything { valuesAs = 'tensor'; }
`;

let folder: string;
const hosts: Record<string, RunningComponent> = {};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'switchyard-bad-input-'));
  const file = join(folder, 'classes.mjs');
  writeFileSync(file, CLASSES);
  for (const name of ['Everything', 'Tensors']) hosts[name] = await startHost(name, { file });
});

afterAll(async () => {
  for (const host of Object.values(hosts)) await host.close();
  rmSync(folder, { recursive: true });
});

const nested = (levels: number, inner = '') => '['.repeat(levels) + inner + ']'.repeat(levels);
const objects = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;

async function expectRefusal(response: Promise<Response>, problem: string): Promise<void> {
  const answer = await response;
  const body = (await answer.json()) as { status: { info: string } };
  expect({ status: answer.status, body }).toEqual({
    status: 400,
    body: { status: { code: -1, info: expect.any(String), reason: 'MICROSERVICE_BAD_DATA', status: 1 } },
  });
  expect(body.status.info).toContain(problem);
  expect(body.status.info.length).toBeLessThan(1000);
}

async function expectServing(): Promise<void> {
  for (const { url } of Object.values(hosts)) {
    expect((await post(`${url}/predict`, { data: { ndarray: [[1]] } })).status).toBe(200);
  }
}

const TOO_DEEP = 'expected at most 200 levels of arrays and objects, got more';
const MILLIONS = 5_000_000;

describe.each(['Everything', 'Tensors'])('%s', (name) => {
  const send = (path: string, body: string | object) => post(hosts[name]!.url + path, body);

  it.each([
    ['brackets without an end', '['.repeat(2 * MILLIONS)],
    ['closed brackets', nested(MILLIONS)],
    ['an ndarray', `{"data":{"ndarray":${nested(1000, '1')}}}`],
    ['jsonData', `{"jsonData":${objects(100_000)}}`],
    ['meta', `{"strData":"x","meta":{"tags":${objects(1000)}}}`],
    ['a member that nobody reads', `{"strData":"x","own":${nested(1000)}}`],
  ])('refuses %s nested too deep, at every path', async (_, body) => {
    for (const path of ['/predict', '/transform-input', '/transform-output', '/route', '/aggregate']) {
      await expectRefusal(send(path, body), TOO_DEEP);
    }
    await expectRefusal(send('/send-feedback', `{"request":${body}}`), TOO_DEEP);
    await expectServing();
  });

  it.each([
    [{ shape: [1e9, 1e9], values: [1] }, 'needs 1000000000000000000 values, got 1'],
    [{ shape: [1e9, 0], values: [] }, 'more than 10000 empty rows'],
    [{ shape: [2 ** 40, 2 ** 40, 0], values: [] }, 'more than 10000 empty rows'],
    [{ shape: new Array(1000).fill(1), values: [1] }, 'at most 32'],
    [{ shape: [], values: [1] }, 'data.tensor.shape: expected an array of whole numbers, at least one'],
    [{ shape: [0.5], values: [] }, 'data.tensor.shape'],
    [{ shape: ['2'], values: [1, 2] }, 'data.tensor.shape'],
    [{ shape: [1], values: ['1'] }, 'data.tensor.values[0]: expected a number, got "1"'],
    [{ shape: [2], values: [1, null] }, 'data.tensor.values[1]: expected a number, got null'],
    [{ shape: [1], values: [[1]] }, 'data.tensor.values[0]: expected a number, got [1]'],
    [{ values: [1] }, 'data.tensor.shape'],
    [{ shape: [1], values: 7 }, 'data.tensor.values: expected an array of numbers'],
    [{ shape: [1] }, 'shape [1] needs 1 values, got 0'],
  ])('refuses the tensor %j', async (tensor, problem) => {
    await expectRefusal(send('/predict', { data: { tensor } }), problem);
  });

  it.each([
    [{ dtype: 'DT_HALF', halfVal: [1] }, 'data.tftensor.dtype: expected one of'],
    [
      { dtype: 'DT_FLOAT', tensorShape: { dim: [{ size: '1000000000000' }] }, floatVal: [1] },
      'needs 1000000000000 values',
    ],
    [{ dtype: 'DT_FLOAT', tensorShape: { dim: [{ size: '1000000000' }, {}] } }, 'more than 10000 empty rows'],
    [
      { dtype: 'DT_DOUBLE', tensorShape: { dim: [{ size: '1' }] }, tensorContent: 'AAAA' },
      'multiple of 8 bytes',
    ],
  ])('refuses the TensorProto %j', async (tftensor, problem) => {
    await expectRefusal(send('/predict', { data: { tftensor } }), problem);
  });

  it('answers a tensor of no rows', async () => {
    const data = { tensor: { shape: [0, 3], values: [] } };
    const answer = await send('/predict', { data });
    expect(await answer.json()).toMatchObject({ data: { tensor: { values: [] } } });
  });

  it('leaves names that come twice, and members of the same name, to the class and to JSON', async () => {
    const body =
      '{"strData":"x","strData":"y","data":{"names":["a","a"],"ndarray":[[1,2]]},"__proto__":{"a":1}}';
    const answer = await send('/transform-output', body);
    expect(await answer.json()).toMatchObject({ data: { names: ['a', 'a'], ndarray: [[1, 2]] } });
  });

  it('keeps tags with the names of built-in members', async () => {
    const tags = '{"__proto__":{"x":1},"constructor":2}';
    const message = `{"strData":"x","meta":{"tags":${tags}}}`;
    for (const [path, body] of [
      ['/predict', message],
      ['/aggregate', `[${message},${message}]`],
    ] as const) {
      expect(await (await send(path, body)).text()).toContain(
        '"tags":{"__proto__":{"x":1},"constructor":2,"host":"same"}',
      );
    }
  });
});
