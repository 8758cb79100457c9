import { describe, expect, it } from '@jest/globals';
import { seldonMessageCodec } from '#protocol';
import { readTfTensor, writeTfTensor } from './tf-tensor.js';

const shapeOf = (...sizes: number[]) => ({ dim: sizes.map((size) => ({ size: String(size) })) });

/** Made by Python's struct.pack, little endian. */
const CONTENT = [
  ['DT_FLOAT', 'AADAPwAAIEA=', [1.5, 2.5]],
  ['DT_DOUBLE', 'AAAAAAAA+D8AAAAAAAAEQA==', [1.5, 2.5]],
  ['DT_INT32', 'AQAAAP7///8=', [1, -2]],
  ['DT_INT64', 'AQAAAAAAAAD+/////////w==', [1, -2]],
  ['DT_INT16', 'AQD+/w==', [1, -2]],
  ['DT_UINT16', 'AQD+/w==', [1, 65534]],
  ['DT_INT8', 'Af4=', [1, -2]],
  ['DT_UINT8', 'Af4=', [1, 254]],
  ['DT_UINT32', 'AQAAAP7///8=', [1, 4294967294]],
  ['DT_UINT64', 'AQAAAAAAAAACAAAAAAAAAA==', [1, 2]],
  ['DT_BOOL', 'AQA=', [true, false]],
] as const;

const FIELDS = [
  ['DT_FLOAT', 'floatVal', [1.5, 'Infinity'], [1.5, Number.POSITIVE_INFINITY]],
  ['DT_DOUBLE', 'doubleVal', [1.5, 'NaN'], [1.5, Number.NaN]],
  ['DT_INT32', 'intVal', [1, -2], [1, -2]],
  ['DT_INT8', 'intVal', [1, -2], [1, -2]],
  ['DT_INT64', 'int64Val', ['1', '-2'], [1, -2]],
  ['DT_UINT32', 'uint32Val', [1, 2], [1, 2]],
  ['DT_UINT64', 'uint64Val', ['1', '2'], [1, 2]],
  ['DT_BOOL', 'boolVal', [true, false], [true, false]],
  ['DT_STRING', 'stringVal', ['Zmlzaw==', 'w6k='], ['fisk', 'é']],
] as const;

describe('readTfTensor', () => {
  it.each(CONTENT)('reads the content of %s', (dtype, tensorContent, values) => {
    const tensor = { dtype, tensorShape: shapeOf(1, 2), tensorContent };
    expect(readTfTensor(tensor)).toEqual({ shape: [1, 2], values });
  });

  it.each(FIELDS)('reads the values of %s from %s', (dtype, field, given, values) => {
    const tensor = { dtype, tensorShape: shapeOf(2), [field]: given };
    expect(readTfTensor(tensor)).toEqual({ shape: [2], values });
  });

  it('takes the number of a type and the names that Protobuf gives its fields', () => {
    const tensor = { dtype: 1, tensor_shape: shapeOf(1), float_val: [7] };
    expect(readTfTensor(tensor)).toEqual({ shape: [1], values: [7] });
  });

  it('repeats the last value, and reads zeros where there is none', () => {
    const tensor = { dtype: 'DT_FLOAT', tensorShape: shapeOf(3) };
    expect(readTfTensor({ ...tensor, floatVal: [1, 2] }).values).toEqual([1, 2, 2]);
    expect(readTfTensor(tensor).values).toEqual([0, 0, 0]);
  });

  it('reads an empty dimension as Protobuf writes it', () => {
    const tensor = { dtype: 'DT_FLOAT', tensorShape: { dim: [{}] } };
    expect(readTfTensor(tensor)).toEqual({ shape: [0], values: [] });
  });

  it('reads a tensor without dimensions', () => {
    expect(readTfTensor({ dtype: 'DT_INT32', intVal: [5] })).toEqual({ shape: [], values: [5] });
  });

  it.each([
    [{}, 'data.tftensor.dtype: expected one of DT_FLOAT'],
    [{ dtype: 'DT_HALF' }, 'got "DT_HALF"'],
    [
      { dtype: 'DT_FLOAT', tensorShape: shapeOf(3), tensorContent: 'AADAPwAAIEA=' },
      'shape [3] needs 3 values, got 2',
    ],
    [
      { dtype: 'DT_FLOAT', tensorShape: shapeOf(1), tensorContent: 'AAAA' },
      'a multiple of 4 bytes for DT_FLOAT, got 3',
    ],
    [{ dtype: 'DT_STRING', tensorContent: 'AAAA' }, 'DT_STRING has none'],
    [{ dtype: 'DT_FLOAT', tensorContent: 7 }, 'tensorContent: expected base64, got 7'],
    [{ dtype: 'DT_FLOAT', floatVal: 7 }, 'floatVal: expected a list, got 7'],
    [{ dtype: 'DT_FLOAT', floatVal: ['x'] }, 'floatVal[0]: expected a number, got "x"'],
    [{ dtype: 'DT_BOOL', boolVal: [1] }, 'boolVal[0]: expected a boolean, got 1'],
    [{ dtype: 'DT_FLOAT', tensorShape: shapeOf(-1) }, 'data.tftensor.tensorShape'],
    [{ dtype: 'DT_FLOAT', tensorShape: { dim: 'wide' } }, 'data.tftensor.tensorShape'],
    [{ dtype: 'DT_FLOAT', tensorShape: shapeOf(2 ** 40), floatVal: [1] }, 'needs 1099511627776 values'],
  ])('refuses %j', (tensor, problem) => {
    expect(() => readTfTensor(tensor)).toThrow(problem);
  });
});

describe('writeTfTensor', () => {
  it.each([
    [Float64Array.of(1.5, 2.5), 'DT_DOUBLE', 'AAAAAAAA+D8AAAAAAAAEQA=='],
    [Float32Array.of(1.5, 2.5), 'DT_FLOAT', 'AADAPwAAIEA='],
    [Int32Array.of(1, -2), 'DT_INT32', 'AQAAAP7///8='],
    [BigInt64Array.of(1n, -2n), 'DT_INT64', 'AQAAAAAAAAD+/////////w=='],
    [Uint8Array.of(1, 254), 'DT_UINT8', 'Af4='],
    [Uint8ClampedArray.of(0, 0), 'DT_DOUBLE', 'AAAAAAAAAAAAAAAAAAAAAA=='],
    [[1.5, 2.5], 'DT_DOUBLE', 'AAAAAAAA+D8AAAAAAAAEQA=='],
  ])('writes %j as %s', (values, dtype, tensorContent) => {
    const tftensor = writeTfTensor([1, 2], values as number[]);
    expect(tftensor).toEqual({ dtype, tensorShape: shapeOf(1, 2), tensorContent });
  });

  it('writes only the part of a buffer that an array views', () => {
    const values = new Float64Array([9, 1.5, 2.5, 9]).subarray(1, 3);
    expect(writeTfTensor([2], values).tensorContent).toBe('AAAAAAAA+D8AAAAAAAAEQA==');
  });

  it.each([
    [[7], { doubleVal: [7] }],
    [Int32Array.of(7), { intVal: [7] }],
    [BigInt64Array.of(7n), { int64Val: ['7'] }],
  ])('writes the only value of %j by itself', (values, fields) => {
    expect(writeTfTensor([1], values as number[])).toMatchObject(fields);
  });

  it.each([[[7]], [[1.5, 2.5]]])('writes %j as a TensorProto that Protobuf reads', (values) => {
    const message = { data: { names: ['a'], tftensor: writeTfTensor([values.length], values) } };
    expect(seldonMessageCodec.decode(seldonMessageCodec.encode(message))).toEqual(message);
  });
});
