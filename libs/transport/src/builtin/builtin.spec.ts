import { describe, expect, it } from '@jest/globals';
import { Call, ComponentError } from '#graph';
import { Message } from '#protocol';
import { BUILT_IN } from './index.js';

const call = new Call('p');
const builtIn = (name: string) => new BUILT_IN[name]!('node');
const average = (...values: unknown[]) =>
  builtIn('AVERAGE_COMBINER').aggregate(
    values.map((value) => Message.ofValue(value)),
    call,
  );

/** Seldon's Java engine, engine/src/main/java/io/seldon/engine/predictors (reference seldon-v1.md, section 4.3). */
describe('SIMPLE_MODEL', () => {
  const answer = async (request: unknown) =>
    (await builtIn('SIMPLE_MODEL').predict(Message.ofValue(request), call)).value;

  it('answers the same classes to every request', async () => {
    expect(await answer({ data: { ndarray: [[1]] }, meta: { puid: 'p', routing: { r: 1 } } })).toEqual({
      status: { status: 'SUCCESS' },
      meta: {
        puid: 'p',
        metrics: [
          { key: 'mymetric_counter', type: 'COUNTER', value: 1 },
          { key: 'mymetric_gauge', type: 'GAUGE', value: 100 },
          { key: 'mymetric_timer', type: 'TIMER', value: 22.1 },
        ],
      },
      data: { names: ['class0', 'class1', 'class2'], tensor: { shape: [1, 3], values: [0.1, 0.9, 0.5] } },
    });
  });

  it('gives text and bytes back', async () => {
    expect(await answer({ strData: 'a' })).toMatchObject({ strData: 'a' });
    expect(await answer({ binData: 'YQ==' })).toMatchObject({ binData: 'YQ==' });
  });
});

describe('SIMPLE_ROUTER', () => {
  it('takes the first child', async () => {
    expect(await builtIn('SIMPLE_ROUTER').route(Message.ofValue({}), call)).toBe(0);
  });
});

describe('AVERAGE_COMBINER', () => {
  it('gives the mean of each element, in the form and with the names of the first', async () => {
    const tensor = { names: ['a', 'b'], tensor: { shape: [1, 2], values: [1, 2] } };
    const ndarray = { names: ['c', 'd'], ndarray: [[2, 5]] };
    expect((await average({ data: tensor, meta: { tags: { by: 'a' } } }, { data: ndarray })).value).toEqual({
      data: { names: ['a', 'b'], tensor: { shape: [1, 2], values: [1.5, 3.5] } },
      meta: { tags: { by: 'a' } },
    });
    expect((await average({ data: ndarray }, { data: tensor })).value).toMatchObject({
      data: { names: ['c', 'd'], ndarray: [[1.5, 3.5]] },
    });
  });

  it.each([
    ['text', [{ strData: 'a' }], /child 0 must be rows of numbers, got "a"/],
    ['one dimension', [{ data: { ndarray: [1, 2] } }], /child 0 must be rows of numbers, got \[1,2\]/],
    ['no payload', [{ data: { ndarray: [[1]] } }, {}], /child 1 cannot be read/],
    [
      'another shape',
      [{ data: { ndarray: [[1, 2]] } }, { data: { ndarray: [[1]] } }],
      /child 1 must have rows of \[2\] numbers, as child 0, got \[1\]/,
    ],
  ])('refuses %s', async (_case, values, info) => {
    const refused = average(...values);
    await expect(refused).rejects.toBeInstanceOf(ComponentError);
    await expect(refused).rejects.toMatchObject({
      node: 'node',
      status: 500,
      info: expect.stringMatching(info),
    });
  });
});
