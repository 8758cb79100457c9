import { describe, expect, it } from '@jest/globals';
import { Message } from '#protocol';
import { type Component, type Metric, SeldonResponse, Tensor } from './public/index.js';
import { UserModel } from './user-model.js';

const modelOf = (user: Component, observed: Metric[] = []) =>
  new UserModel(user, { unit: 'node', observe: (metrics) => observed.push(...metrics) });
const counter = (key: string): Metric => ({ type: 'COUNTER', key, value: 1 });

interface Answer {
  readonly data?: Readonly<Record<string, unknown>>;
  readonly jsonData?: unknown;
  readonly meta: object;
}

async function predict(user: Component, message: object): Promise<Answer> {
  return (await modelOf(user).transform('predict', Message.ofValue(message))).value as Answer;
}

describe('a SeldonResponse', () => {
  const user: Component = {
    predict: () => new SeldonResponse([[3]], { tags: { a: 3, c: 3 }, metrics: [counter('third')] }),
    tags: () => ({ a: 2, b: 2 }),
    metrics: () => [counter('second')],
  };

  it('adds its tags and metrics after those of the request and of the class', async () => {
    const meta = { tags: { a: 1, b: 1, d: 1 }, metrics: [counter('first')] };
    expect(await predict(user, { meta, data: { ndarray: [[1]] } })).toEqual({
      data: { names: ['t:0'], ndarray: [[3]] },
      meta: {
        tags: { a: 3, b: 2, c: 3, d: 1 },
        metrics: [counter('first'), counter('second'), counter('third')],
      },
    });
  });

  it('may be of another copy of this library', async () => {
    const copy = { ...new SeldonResponse('x', { tags: { a: 1 } }) };
    expect(await predict({ predict: () => copy }, { strData: '' })).toEqual({
      strData: 'x',
      meta: { tags: { a: 1 } },
    });
  });

  it('has its metrics observed with those of the class', async () => {
    const observed: Metric[] = [];
    await modelOf(user, observed).transform('predict', Message.ofValue({ strData: 'x' }));
    expect(observed).toEqual([counter('second'), counter('third')]);
  });

  it('may come from aggregate, route and sendFeedback', async () => {
    const tagged = (data: unknown) => new SeldonResponse(data, { tags: { seen: true } });
    const model = modelOf({
      aggregate: ([first]) => tagged(first),
      route: () => tagged(1) as SeldonResponse<number>,
      sendFeedback: () => tagged(undefined),
    });
    const request = Message.ofValue({ data: { ndarray: [[1]] } });
    expect((await model.aggregate([request])).value).toMatchObject({ meta: { tags: { seen: true } } });
    expect(await model.route(request)).toMatchObject({ data: 1, tags: { seen: true } });
    expect((await model.sendFeedback(Message.ofValue({ reward: 1 }))).value).toMatchObject({
      data: { tensor: { shape: [0], values: [] } },
      meta: { tags: { seen: true } },
    });
  });

  it.each([
    [{ tags: 5 }, 'expected an object of tags, got 5'],
    [{ metrics: [{ type: 'NOPE' }] }, 'Bad metric'],
    [{ metrics: 5 }, 'Bad metric'],
  ])('with %j is a failure', async (about, problem) => {
    const broken = { predict: () => new SeldonResponse([], about as object) };
    await expect(predict(broken, { strData: 'x' })).rejects.toThrow(problem);
  });
});

describe('a class that takes tensors', () => {
  const shown: Component = {
    valuesAs: 'tensor',
    predict: (values) => ({ tensor: values instanceof Tensor, values }),
  };
  const doubled: Component = {
    valuesAs: 'tensor',
    predict: ({ shape, values }: Tensor) =>
      new Tensor(
        shape,
        values.map((value) => value * 2),
      ),
  };

  it.each([
    [{ tensor: { shape: [1, 2], values: [1, 2] } }],
    [{ ndarray: [[1, 2]] }],
    [{ tftensor: { dtype: 'DT_FLOAT', tensorShape: { dim: [{ size: 1 }, { size: 2 }] }, floatVal: [1, 2] } }],
  ])('gets 64-bit floats and their shape for %j', async (data) => {
    let got: unknown;
    const user: Component = {
      valuesAs: 'tensor',
      predict: (values) => {
        got = values;
        return [];
      },
    };
    await predict(user, { data });
    expect(got).toEqual(new Tensor([1, 2], Float64Array.of(1, 2)));
  });

  it.each([
    [{ tensor: { shape: [1, 2], values: [1, 2] } }, { tensor: { shape: [1, 2], values: [2, 4] } }],
    [{ ndarray: [[1, 2]] }, { ndarray: [[2, 4]] }],
    [
      { tftensor: { dtype: 'DT_INT32', tensorShape: { dim: [{ size: '2' }] }, intVal: [1, 2] } },
      {
        names: [],
        tftensor: {
          dtype: 'DT_DOUBLE',
          tensorShape: { dim: [{ size: '2' }] },
          tensorContent: 'AAAAAAAAAEAAAAAAAAAQQA==',
        },
      },
    ],
  ])('answers %j in its kind', async (data, answer) => {
    expect(await predict(doubled, { data })).toEqual({
      data: { names: ['t:0', 't:1'], ...answer },
      meta: {},
    });
  });

  it.each([
    [{ data: { ndarray: [['a', 1]] } }, [['a', 1]]],
    [{ data: { ndarray: [[1], [1, 2]] } }, [[1], [1, 2]]],
    [{ strData: 'x' }, 'x'],
  ])('gets %j as it is', async (message, values) => {
    expect(await predict(shown, message)).toMatchObject({ jsonData: { tensor: false, values } });
  });

  it('gets tensors of features and truth with feedback, empty ones where there are none', async () => {
    let given: unknown[] = [];
    const model = modelOf({
      valuesAs: 'tensor',
      sendFeedback: (...all) => {
        given = all;
      },
    });
    const request = { data: { ndarray: [[1, 2]] } };
    await model.sendFeedback(Message.ofValue({ request, reward: 1 }));
    expect(given).toEqual([
      new Tensor([1, 2], Float64Array.of(1, 2)),
      [],
      1,
      new Tensor([0], new Float64Array(0)),
      null,
    ]);
  });

  it('cannot take them in another form', () => {
    expect(() => modelOf({ valuesAs: 'rows' } as never)).toThrow(
      'valuesAs must be arrays or tensor, got "rows"',
    );
  });
});

describe('an answer', () => {
  it.each([
    [{ shape: [1, 2], values: Float32Array.of(1.5, 2.5) }, { ndarray: [[1.5, 2.5]] }],
    [
      { shape: [2], values: BigInt64Array.of(1n, 2n) },
      { names: [], ndarray: [1, 2] },
    ],
  ])('may be a tensor of any typed array: %j', async (result, data) => {
    const answer = await predict({ predict: () => result }, { data: { ndarray: [[1]] } });
    expect(answer.data).toEqual({ names: ['t:0', 't:1'], ...data });
  });

  it.each([
    [{ shape: [3], values: Float64Array.of(1) }, 'shape [3] needs 3 values, got 1'],
    [new Tensor([2], Float64Array.of(1, Number.NaN)), 'expected finite numbers, got NaN'],
  ])('of %j is a failure', async (result, problem) => {
    await expect(predict({ predict: () => result }, { strData: 'x' })).rejects.toThrow(problem);
  });

  it('to a TensorProto is one where it is numbers, an ndarray where it is not', async () => {
    const tftensor = { dtype: 'DT_STRING', tensorShape: { dim: [{ size: '1' }] }, stringVal: ['Zmlzaw=='] };
    const upper = await predict(
      { predict: (values: unknown) => (values as string[]).map((text) => text.toUpperCase()) },
      { data: { tftensor } },
    );
    expect(upper.data).toEqual({ names: [], ndarray: ['FISK'] });
    const length = await predict(
      { predict: (values: unknown) => [(values as []).length] },
      { data: { tftensor } },
    );
    expect(length.data?.tftensor).toEqual({
      dtype: 'DT_DOUBLE',
      tensorShape: { dim: [{ size: '1' }] },
      doubleVal: [1],
    });
  });
});

describe('customData', () => {
  const any = { '@type': 'type.googleapis.com/google.protobuf.StringValue', value: 'x' };

  it('is handed to the class, which may change its copy', async () => {
    const message = { customData: { ...any } };
    const user: Component = { predict: (values) => Object.assign(values as object, { value: 'y' }) };
    expect(await predict(user, message)).toMatchObject({ jsonData: { ...any, value: 'y' } });
    expect(message).toEqual({ customData: any });
  });

  it.each([
    [{ customData: any }],
    [{ jsonData: 'text' }],
    [{ jsonData: [1] }],
    [{ strData: 'text' }],
    [{ binData: 'AAE=' }],
    [{ data: { names: ['a'], ndarray: [[1, 'x']] } }],
    [{ data: { names: [], tensor: { shape: [2, 0], values: [] } } }],
  ])('is echoed, like %j', async (message) => {
    const echo = await modelOf({ tags: () => ({ a: 1 }) }).echo('transformInput', Message.ofValue(message));
    expect(echo.value).toEqual({ ...message, meta: { tags: { a: 1 } } });
  });
});

describe('a message that nests too deep', () => {
  const deep = (levels: number) =>
    Message.ofBytes(Buffer.from(`{"data":{"ndarray":${'['.repeat(levels)}${']'.repeat(levels)}}}`));

  it('is refused before it is decoded, in every form of call', async () => {
    const user: Component = { predictRaw: () => ({}), transformInput: (rows) => rows as object };
    const problem = 'expected at most 200 levels of arrays and objects, got more';
    for (const message of [deep(199), deep(1_000_000), Message.ofBytes(Buffer.from('['.repeat(1_000_000)))]) {
      await expect(modelOf(user).transform('transformInput', message)).rejects.toThrow(problem);
      await expect(modelOf(user).transform('predict', message)).rejects.toThrow(problem);
      await expect(modelOf(user).sendFeedback(message)).rejects.toThrow(problem);
    }
    expect((await modelOf(user).transform('transformInput', deep(198))).value).toHaveProperty('data.ndarray');
  });
});
