import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { describe, expect, it } from '@jest/globals';
import { MalformedAnswerError, MalformedBodyError } from '../errors.js';
import { type TensorProto, TensorProtoSchema } from '../generated/tensorflow/core/framework/tensor_pb.js';
import { TensorShapeProtoSchema } from '../generated/tensorflow/core/framework/tensor_shape_pb.js';
import { DataType } from '../generated/tensorflow/core/framework/types_pb.js';
import { ModelSpecSchema } from '../generated/tensorflow_serving/apis/model_pb.js';
import {
  PredictRequestSchema,
  PredictResponseSchema,
} from '../generated/tensorflow_serving/apis/predict_pb.js';
import { Message } from '../message.js';
import { readTfModel, withInputName, withTfModel } from './model-spec.js';
import { predictAnswerCodecs, predictFormOf, predictRequestCodecs } from './predict-codecs.js';

const requestCodecs = predictRequestCodecs();
const buffer = (bytes: Uint8Array) => Buffer.from(bytes);
const shape = (...sizes: number[]) =>
  create(TensorShapeProtoSchema, { dim: sizes.map((size) => ({ size: BigInt(size) })) });
const tensor = (
  dtype: DataType,
  sizes: number[],
  values: Partial<Omit<TensorProto, '$typeName' | '$unknown'>>,
) => create(TensorProtoSchema, { dtype, tensorShape: shape(...sizes), ...values });
const spec = create(ModelSpecSchema, { name: 'first', signatureName: 'serving_default' });
const answerOf = (outputs: Record<string, TensorProto>) =>
  buffer(toBinary(PredictResponseSchema, create(PredictResponseSchema, { outputs, modelSpec: spec })));
const columns = (tensorProto: TensorProto) =>
  predictAnswerCodecs.columns.decode(answerOf({ y: tensorProto }));
const content = (hex: string) => ({ tensorContent: Buffer.from(hex, 'hex') });

/** 2^53 + 1, which no number of JSON is. */
const BIG = 2n ** 53n + 1n;

describe('the Protobuf form of a Predict', () => {
  it.each([
    ['INT8', DataType.DT_INT8, [-128, 127]],
    ['INT16', DataType.DT_INT16, [-1, 1]],
    ['INT32', DataType.DT_INT32, [-(2 ** 31), 2 ** 31 - 1]],
    ['INT64', DataType.DT_INT64, [-(2 ** 53) + 1, 2 ** 53 - 1]],
    ['UINT8', DataType.DT_UINT8, [0, 255]],
    ['UINT16', DataType.DT_UINT16, [65535]],
    ['UINT32', DataType.DT_UINT32, [2 ** 32 - 1]],
    ['UINT64', DataType.DT_UINT64, [2 ** 53 - 1]],
    ['FP32', DataType.DT_FLOAT, [0.5, -1.5]],
    ['FP64', DataType.DT_DOUBLE, [0.1, -1e300]],
    ['FP32', DataType.DT_BOOL, [true, false]],
    ['FP32', DataType.DT_STRING, ['', 'ä', '\ufeffb', { b64: '/w==' }]],
    ['FP32', DataType.DT_FLOAT, []],
  ])('carries %s as it is declared', (datatype, dtype, data) => {
    const codec = predictRequestCodecs({ datatype }).columns;
    const request = { signature_name: 's', inputs: { x: [data, data] } };
    const packed = codec.encode(request);
    expect(fromBinary(PredictRequestSchema, packed).inputs.x?.dtype).toBe(dtype);
    expect(codec.decode(packed)).toEqual(data.length > 0 ? request : { ...request, inputs: { x: [] } });
  });

  it.each([
    ['DT_INT8', '80ff', [-128, -1]],
    ['DT_INT16', '0080', [-32768]],
    ['DT_INT64', 'ffffffffffffffff', [-1]],
    ['DT_UINT16', 'ffff', [65535]],
    ['DT_UINT32', 'ffffffff', [2 ** 32 - 1]],
    ['DT_UINT64', '0100000000000000', [1]],
    ['DT_HALF', '003c00c0', [1, -2]],
    ['DT_BFLOAT16', '803f00c0', [1, -2]],
    ['DT_FLOAT', '0000c03f', [1.5]],
    ['DT_DOUBLE', '000000000000f8bf', [-1.5]],
    ['DT_BOOL', '0100', [true, false]],
  ] as const)('is read where the values of %s are its content', (name, hex, data) => {
    expect(columns(tensor(DataType[name], [data.length], content(hex)))).toEqual({ outputs: data });
  });

  it('reads 16-bit floats from the list of their bits', () => {
    expect(columns(tensor(DataType.DT_HALF, [2], { halfVal: [0x3c00, 0xc000] }))).toEqual({
      outputs: [1, -2],
    });
  });

  it('repeats the last value, and is full of zeros where there is none', () => {
    expect(columns(tensor(DataType.DT_FLOAT, [3], { floatVal: [1, 2] }))).toEqual({ outputs: [1, 2, 2] });
    expect(columns(tensor(DataType.DT_STRING, [2], {}))).toEqual({ outputs: ['', ''] });
    expect(columns(tensor(DataType.DT_BOOL, [], {}))).toEqual({ outputs: false });
  });

  it.each([
    [tensor(DataType.DT_INT64, [1], { int64Val: [BIG] }), 'outputs.y[0] must be within ±2^53 to become JSON'],
    [tensor(DataType.DT_FLOAT, [1], { floatVal: [Number.NaN] }), 'outputs.y[0] must be a finite number'],
    [tensor(DataType.DT_COMPLEX64, [1], { scomplexVal: [1, 2] }), 'outputs.y.dtype must be one of DT_FLOAT'],
    [tensor(DataType.DT_FLOAT, [2], content('0000c03f')), 'outputs.y must be 2 values, by its shape, got 1'],
    [tensor(DataType.DT_FLOAT, [1], { floatVal: [1, 2] }), 'outputs.y must be 1 values, by its shape, got 2'],
    [tensor(DataType.DT_FLOAT, [1], content('0000c0')), 'outputs.y.tensor_content must be a multiple of 4'],
    [tensor(DataType.DT_STRING, [1], content('61')), 'outputs.y.tensor_content must be empty'],
    [tensor(DataType.DT_FLOAT, [-1], {}), 'outputs.y.tensor_shape must be at most 32 lengths'],
    [tensor(DataType.DT_FLOAT, [2 ** 40], { floatVal: [1] }), 'outputs.y must be 1099511627776 values'],
  ])('is refused rather than changed', (tensorProto, problem) => {
    expect(() => columns(tensorProto)).toThrow(problem);
  });

  it.each([
    [{ inputs: { x: [1, 'a'] } }, 'inputs.x must be arrays of one length'],
    [{ inputs: { x: [[1], [1, 2]] } }, 'inputs.x must be arrays of one length'],
    [{ instances: [{ x: 1 }, {}] }, 'instances[1] must be an object with x'],
    [{ instances: 1 }, 'instances must be a list, got 1'],
    [{}, 'instances must be a list, or inputs given, got nothing'],
    [[], 'the message must be a JSON object'],
  ])('is not written of %j', (request, problem) => {
    const pack = () => Message.ofValue(request).packedBy(requestCodecs.columns);
    expect(pack).toThrow(MalformedBodyError);
    expect(pack).toThrow(problem);
  });

  it.each([
    ['INT32', 1.5, 'inputs.x[0] must be an integer of INT32 within ±2^53, got 1.5'],
    ['INT8', 128, 'inputs.x[0] must be an integer of INT8 within ±2^53, got 128'],
    ['UINT16', -1, 'inputs.x[0] must be an integer of UINT16 within ±2^53, got -1'],
    ['INT64', 2 ** 53, 'inputs.x[0] must be an integer of INT64 within ±2^53, got 9007199254740992'],
    ['FP16', 1, 'the datatype of inputs.x must be one that JSON is packed as, got "FP16"'],
  ])('has no %s of %d', (datatype, number, problem) => {
    const { columns: codec } = predictRequestCodecs({ datatype });
    expect(() => codec.encode({ inputs: { x: [number] } })).toThrow(problem);
  });
});

it('refuses a choice of outputs that JSON has no place for', () => {
  const packed = toBinary(PredictRequestSchema, create(PredictRequestSchema, { outputFilter: ['y'] }));
  const read = () => requestCodecs.columns.decode(buffer(packed));
  expect(read).toThrow('output_filter must be empty to become JSON, got ["y"]');
});

describe('rows and columns', () => {
  const two = {
    a: tensor(DataType.DT_FLOAT, [2], { floatVal: [1, 2] }),
    b: tensor(DataType.DT_STRING, [2, 1], { stringVal: [Buffer.from('p'), Buffer.from('q')] }),
  };

  it('are two forms of the same tensors', () => {
    const rows = {
      instances: [
        { a: 1, b: ['p'] },
        { a: 2, b: ['q'] },
      ],
    };
    const asColumns = { inputs: { a: [1, 2], b: [['p'], ['q']] } };
    expect(requestCodecs.rows.encode(rows)).toEqual(requestCodecs.columns.encode(asColumns));
    const answer = answerOf(two);
    expect(predictAnswerCodecs.rows.decode(answer)).toEqual({ predictions: rows.instances });
    expect(predictAnswerCodecs.columns.decode(answer)).toEqual({ outputs: asColumns.inputs });
  });

  it('name a tensor that JSON has no name for', () => {
    const named = predictRequestCodecs({ name: 'x' });
    expect(named.columns.decode(named.rows.encode({ instances: [1, 2] }))).toEqual({ inputs: { x: [1, 2] } });
    const answer = predictAnswerCodecs.columns.encode({ predictions: [0.1] });
    expect(fromBinary(PredictResponseSchema, answer).outputs.outputs).toMatchObject({
      dtype: DataType.DT_DOUBLE,
      doubleVal: [0.1],
    });
  });

  it('keep the form that a message came in', () => {
    const message = Message.ofValue({ instances: [1] });
    expect(predictFormOf(message)).toBe('rows');
    const answer = Message.ofPacked(answerOf(two), predictAnswerCodecs.rows, 'first');
    answer.packedBy(requestCodecs[predictFormOf(answer)]);
    expect(answer.value).toHaveProperty('instances');
    expect(predictFormOf(Message.ofValue({ outputs: [1] }))).toBe('columns');
  });

  it.each([
    [{ a: tensor(DataType.DT_FLOAT, [], { floatVal: [1] }) }, 'outputs.a must be of at least one dimension'],
    [{ ...two, c: tensor(DataType.DT_FLOAT, [1], { floatVal: [1] }) }, 'outputs.c must be 2 rows, got 1'],
  ])('are not made of tensors without them', (outputs, problem) => {
    expect(() => predictAnswerCodecs.rows.decode(answerOf(outputs as Record<string, TensorProto>))).toThrow(
      problem,
    );
  });
});

describe('a packed answer as a request', () => {
  const huge = tensor(DataType.DT_INT64, [1], { int64Val: [BIG] });
  const answer = () => Message.ofPacked(answerOf({ y: huge }), predictAnswerCodecs.columns, 'first');

  it('keeps every bit, and nothing of the model that answered', () => {
    const request = fromBinary(PredictRequestSchema, answer().packedBy(requestCodecs.columns));
    expect(request).toMatchObject({ inputs: { y: huge }, outputFilter: [] });
    expect(request.modelSpec).toBeUndefined();
  });

  it('is an answer again where it has to be one', () => {
    const request = Message.ofPacked(answer().packedBy(requestCodecs.columns), requestCodecs.columns);
    const back = fromBinary(PredictResponseSchema, request.packedBy(predictAnswerCodecs.columns));
    expect(back.outputs).toEqual({ y: huge });
  });

  it('gets the model that it is for, and the name of its input', () => {
    const request = answer().packedBy(requestCodecs.columns);
    const asked = withInputName(withTfModel(request, { name: 'next', version: 7n }), 'x');
    expect(readTfModel(asked)).toEqual({ name: 'next', version: 7n });
    expect(fromBinary(PredictRequestSchema, asked).inputs).toEqual({ x: huge });
    const labelled = withTfModel(asked, { name: 'other', label: 'stable' });
    expect(readTfModel(labelled)).toEqual({ name: 'other', label: 'stable' });
  });

  it('is refused as an answer where it is no Protobuf', () => {
    const broken = Message.ofPacked(Buffer.from([0xff]), predictAnswerCodecs.columns, 'first');
    expect(() => broken.packedBy(requestCodecs.columns)).toThrow(MalformedAnswerError);
  });
});

describe('the model of a packed request', () => {
  it('is merged from all that the message says of it, as every reader does', () => {
    const part = (fields: object) =>
      toBinary(
        PredictRequestSchema,
        create(PredictRequestSchema, { modelSpec: create(ModelSpecSchema, fields) }),
      );
    const request = Buffer.concat([part({ name: 'a', signatureName: 's' }), part({ name: 'b' })]);
    expect(readTfModel(request)).toEqual({ name: 'b' });
    const { modelSpec } = fromBinary(PredictRequestSchema, withTfModel(request, { name: 'c' }));
    expect(modelSpec).toMatchObject({ name: 'c', signatureName: 's' });
  });

  it('is not read where there is no Protobuf', () => {
    expect(() => readTfModel(Buffer.from([0xff]))).toThrow(MalformedBodyError);
  });
});
