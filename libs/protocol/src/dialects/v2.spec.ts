import { describe, expect, it } from '@jest/globals';
import { InvalidFieldError } from '../errors.js';
import { Message } from '../message.js';
import { v2 } from './v2.js';

const tensor = (fields: object) => ({ name: 'x', datatype: 'FP32', shape: [1, 2], data: [1, 2], ...fields });
const request = (...inputs: object[]) => ({ inputs });

describe('an answer as the next request', () => {
  it('keeps its id, its parameters and the bytes of its tensors, and nothing that only answers have', () => {
    const answer = Message.ofBytes(
      Buffer.from('{"model_name":"a", "id":"7","outputs" : [{"data":[1.0]}] ,"parameters":{"k":true}}'),
    );
    expect(v2.toRequest(answer).bytes.toString()).toBe(
      '{"id":"7","parameters":{"k":true},"inputs":[{"data":[1.0]}]}',
    );
  });

  it('is not made of a request that asks for certain outputs', () => {
    const asking = Message.ofBytes(Buffer.from('{"inputs":[],"outputs":[{"name":"label"}]}'));
    expect(v2.toRequest(asking)).toBe(asking);
  });
});

describe('a request for a component that reads Seldon messages', () => {
  it('is the nested array of a sole input, flat or nested', () => {
    const nested = { data: { names: [], ndarray: [[1, 2]] }, meta: {} };
    expect(v2.readRequest(request(tensor({})))).toEqual(nested);
    expect(v2.readRequest(request(tensor({ data: [[1, 2]] })))).toEqual(nested);
  });

  it('is a table of inputs that are columns', () => {
    const columns = [
      tensor({ name: 'island', datatype: 'BYTES', shape: [2], data: ['Dream', 'Biscoe'] }),
      tensor({ name: 'mass', shape: [2, 1] }),
    ];
    expect(v2.readRequest(request(...columns))).toEqual({
      data: {
        names: ['island', 'mass'],
        ndarray: [
          ['Dream', 1],
          ['Biscoe', 2],
        ],
      },
      meta: {},
    });
  });

  it('is an object by name of inputs that are no columns', () => {
    expect(v2.readRequest(request(tensor({ name: 'a' }), tensor({ name: 'b', shape: [2] })))).toEqual({
      jsonData: { a: [[1, 2]], b: [1, 2] },
      meta: {},
    });
  });

  it('has the parameters as tags, but for those about its encoding', () => {
    const parameters = { content_type: 'np', country: 'de', deep: {} };
    expect(v2.readRequest({ parameters, ...request(tensor({})) }).meta).toEqual({ tags: { country: 'de' } });
  });

  it.each([
    [{ inputs: [] }, 'inputs must be a list of at least one tensor, got []'],
    [{ instances: [1] }, 'inputs must be a list of at least one tensor, got nothing'],
    [request(tensor({ name: '' })), 'inputs[0].name must be a string that is not empty, got ""'],
    [request(tensor({}), tensor({})), 'inputs[1].name must be unlike those before it, got "x"'],
    [request(tensor({ datatype: 'FLOAT' })), 'inputs[0].datatype must be one of BOOL, BYTES, '],
    [request(tensor({ shape: [-1] })), 'inputs[0].shape must be at most 32 lengths, got [-1]'],
    [request(tensor({ shape: Array(33).fill(1) })), 'inputs[0].shape must be at most 32 lengths'],
    [request(tensor({ data: '1' })), 'inputs[0].data must be a list, got "1"'],
    [request(tensor({ shape: [2, 2] })), 'inputs[0].data must be 4 values, by its shape, got 2'],
    [request(tensor({ data: [1, 'x'] })), 'inputs[0].data[1] must be a number (FP32), got "x"'],
    [
      request(tensor({ datatype: 'INT64', data: [1, 2 ** 53] })),
      'inputs[0].data[1] must be an integer within ±2^53 (INT64), got 9007199254740992',
    ],
    [request(tensor({ datatype: 'UINT8', data: [1, -1] })), 'inputs[0].data[1] must be an integer from 0 to'],
    [request(tensor({ datatype: 'BYTES' })), 'inputs[0].data[0] must be a string (BYTES), got 1'],
  ])('is refused by the field that is wrong: %j', (bad, message) => {
    const read = () => v2.readRequest(bad);
    expect(read).toThrow(InvalidFieldError);
    expect(read).toThrow(message);
  });

  it('does not make arrays as large as a shape without values says', () => {
    expect(v2.readRequest(request(tensor({ shape: [2 ** 40, 0], data: [] }))).data).toEqual({
      names: [],
      ndarray: [],
    });
  });
});

describe('the answer of a component that writes Seldon messages', () => {
  const answer = (message: object, asked?: object) => v2.writeAnswer(message as never, asked, 'iris');

  it('is one tensor, whose columns are named in its parameters', () => {
    const data = { names: ['adelie', 'gentoo'], ndarray: [[1, 0]] };
    expect(answer({ data, meta: { tags: { model: 'b', list: [] } } }, { id: '42' })).toEqual({
      model_name: 'iris',
      id: '42',
      parameters: { model: 'b' },
      outputs: [
        {
          name: 'predict',
          datatype: 'FP64',
          shape: [1, 2],
          data: [1, 0],
          parameters: { names: '["adelie","gentoo"]' },
        },
      ],
    });
  });

  it('has the same datatype whether or not its numbers happen to be whole', () => {
    for (const value of [1, 0.5]) {
      expect(answer({ data: { ndarray: [[value]] } })).toMatchObject({ outputs: [{ datatype: 'FP64' }] });
    }
  });

  it('is a tensor for each column of a table of several kinds', () => {
    expect(
      answer({
        data: {
          names: ['island'],
          ndarray: [
            ['Dream', 1],
            ['Biscoe', 2],
          ],
        },
      }),
    ).toMatchObject({
      outputs: [
        { name: 'island', datatype: 'BYTES', shape: [2, 1], data: ['Dream', 'Biscoe'] },
        { name: 'column-1', datatype: 'FP64', shape: [2, 1], data: [1, 2] },
      ],
    });
  });

  it.each([
    [
      { strData: 'hello' },
      { datatype: 'BYTES', shape: [1], data: ['hello'], parameters: { content_type: 'str' } },
    ],
    [{ binData: 'aGk=' }, { datatype: 'BYTES', data: ['aGk='], parameters: { content_type: 'base64' } }],
    [{ jsonData: { a: 1 } }, { datatype: 'BYTES', data: ['{"a":1}'] }],
    [{ jsonData: { a: [1, 2] } }, { name: 'a', datatype: 'FP64', shape: [2], data: [1, 2] }],
  ])('carries %j too', (message, output) => {
    expect(answer(message)).toMatchObject({ outputs: [output] });
  });

  it('is refused where no tensor can hold it', () => {
    expect(() => answer({ data: { ndarray: [[1], [2, 3]] } })).toThrow(
      'data.ndarray must be arrays of one length',
    );
  });
});

describe('a Seldon message for a V2 component', () => {
  it('gets the names and the datatype that the node says', () => {
    const data = { names: ['a', 'b'], ndarray: [[1, 2]] };
    const options = { input: 'INPUT0', output: 'OUTPUT1', datatype: 'FP32' };
    expect(v2.writeRequest({ data }, options)).toEqual({
      inputs: [{ name: 'INPUT0', datatype: 'FP32', shape: [1, 2], data: [1, 2] }],
      outputs: [{ name: 'OUTPUT1' }],
    });
  });

  it('says of a table of several kinds that it is one, as MLServer wants to hear it', () => {
    expect(v2.writeRequest({ data: { names: ['a', 'b'], ndarray: [['x', 1]] } }, {})).toMatchObject({
      parameters: { content_type: 'pd' },
      inputs: [{ name: 'a' }, { name: 'b' }],
    });
  });

  it('is refused where a number does not fit the datatype', () => {
    const write = () => v2.writeRequest({ data: { ndarray: [1.5] } }, { datatype: 'INT64' });
    expect(write).toThrow('data must be all of INT64, got 1.5');
  });
});

describe('the answer of a V2 component as a Seldon message', () => {
  const outputs = [tensor({ name: 'label', shape: [2] }), tensor({ name: 'score', shape: [2, 1] })];

  it('is the output that the node wants', () => {
    expect(v2.readAnswer({ outputs }, 'tensor', { output: 'score' })).toMatchObject({
      data: { tensor: { shape: [2, 1], values: [1, 2] } },
    });
  });

  it('is refused where that output is not there', () => {
    expect(() => v2.readAnswer({ outputs }, 'ndarray', { output: 'other' })).toThrow(
      'outputs must be one called other, got ["label","score"]',
    );
  });
});
