import { describe, expect, it } from '@jest/globals';
import { InvalidFieldError } from '../errors.js';
import { Message } from '../message.js';
import { tensorflow } from './tensorflow.js';

const text = (message: Message) => message.bytes.toString();
const bytes = (json: string) => Message.ofBytes(Buffer.from(json));

describe('an answer as the next request', () => {
  it('is rows of rows and columns of columns', () => {
    expect(text(tensorflow.toRequest(bytes('{ "predictions": [[1.0 , 2]] }')))).toBe(
      '{"instances":[[1.0 , 2]]}',
    );
    expect(text(tensorflow.toRequest(bytes('{"outputs":{"a":[1.0]}}')))).toBe('{"inputs":{"a":[1.0]}}');
  });
});

describe('a request for a component that reads Seldon messages', () => {
  it.each([
    [{ instances: [[1, 2]] }, { data: { names: [], ndarray: [[1, 2]] } }],
    [{ inputs: [[1, 2]] }, { data: { names: [], ndarray: [[1, 2]] } }],
    [{ inputs: { x: [[1, 2]] } }, { data: { names: [], ndarray: [[1, 2]] } }],
    [
      {
        instances: [
          { a: 1, b: 'x' },
          { a: 2, b: 'y' },
        ],
      },
      {
        data: {
          names: ['a', 'b'],
          ndarray: [
            [1, 'x'],
            [2, 'y'],
          ],
        },
      },
    ],
    [
      { inputs: { a: [1, 2], b: [[3], [4]] } },
      {
        data: {
          names: ['a', 'b'],
          ndarray: [
            [1, 3],
            [2, 4],
          ],
        },
      },
    ],
    [{ inputs: { a: [1], b: [[1, 2]] } }, { jsonData: { a: [1], b: [[1, 2]] } }],
    [{ instances: [{ b64: 'aGk=' }] }, { data: { names: [], ndarray: [{ b64: 'aGk=' }] } }],
  ])('of %j', (request, message) => {
    expect(tensorflow.readRequest(request)).toEqual(message);
  });

  it.each([
    [{}, 'instances must be a list, or inputs given, got nothing'],
    [{ instances: 1 }, 'instances must be a list, or inputs given, got 1'],
    [{ instances: [{ a: 1 }, 2] }, 'instances[1] must be an object with a, as the first, got 2'],
    [{ inputs: {} }, 'inputs must be at least one tensor, got {}'],
    [[], 'the body must be a JSON object, got []'],
  ])('is refused by the field that is wrong: %j', (bad, message) => {
    const read = () => tensorflow.readRequest(bad);
    expect(read).toThrow(InvalidFieldError);
    expect(read).toThrow(message);
  });
});

describe('the answer of a component that writes Seldon messages', () => {
  const data = { names: ['a'], ndarray: [[1], [2]] };

  it('is rows to rows and columns to columns', () => {
    expect(tensorflow.writeAnswer({ data }, { instances: [1] }, 'm')).toEqual({ predictions: [[1], [2]] });
    expect(tensorflow.writeAnswer({ data }, { inputs: [1] }, 'm')).toEqual({ outputs: [[1], [2]] });
  });

  it.each([
    [{ strData: 'hello' }, ['hello']],
    [{ binData: 'aGk=' }, [{ b64: 'aGk=' }]],
    [{ jsonData: { a: 1 } }, [{ a: 1 }]],
    [{ jsonData: [1] }, [1]],
  ])('carries %j too', (message, predictions) => {
    expect(tensorflow.writeAnswer(message, undefined, 'm')).toEqual({ predictions });
  });
});

describe('a Seldon message for TensorFlow Serving', () => {
  it('names the signature and the input that the node says', () => {
    const data = { names: [], ndarray: [[1], [2]] };
    expect(tensorflow.writeRequest({ data }, { signature: 's', input: 'x' })).toEqual({
      signature_name: 's',
      instances: [{ x: [1] }, { x: [2] }],
    });
  });

  it('passes a request of its own in jsonData, as Seldon does', () => {
    const jsonData = { inputs: { x: [1] }, signature_name: 'other' };
    expect(tensorflow.writeRequest({ jsonData }, {})).toEqual(jsonData);
  });

  it('takes the output that the node wants', () => {
    const predictions = [{ a: [1], b: [2] }];
    expect(tensorflow.readAnswer({ predictions }, 'ndarray', { output: 'b' })).toEqual({
      data: { names: [], ndarray: [[2]] },
    });
  });
});
