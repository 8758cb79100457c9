import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { describe, expect, it } from '@jest/globals';
import { MalformedBodyError } from '../errors.js';
import { ModelInferRequestSchema, ModelInferResponseSchema } from '../generated/inference/grpc_service_pb.js';
import { Message } from '../message.js';
import { inferenceCodec, inferRequestCodec, readModel, withModel } from './infer-codecs.js';

const responseCodec = inferenceCodec(ModelInferResponseSchema);
const buffer = (bytes: Uint8Array) => Buffer.from(bytes);
const tensor = (datatype: string, data: unknown[]) => ({ name: 'x', datatype, shape: [data.length], data });
const BIG = 2n ** 53n + 1n;
const READ_ONLY = ['FP16', 'BF16'];

/** An answer as MLServer and Triton write it. */
function rawAnswer(datatype: string, raw: Buffer, length: number): Buffer {
  return buffer(
    toBinary(
      ModelInferResponseSchema,
      create(ModelInferResponseSchema, {
        modelName: 'm',
        modelVersion: '3',
        id: '7',
        outputs: [{ name: 'x', datatype, shape: [BigInt(length)] }],
        rawOutputContents: [raw],
      }),
    ),
  );
}

describe('the Protobuf form of a V2 message', () => {
  it.each([
    ['BOOL', [true, false]],
    ['INT8', [-128, 127]],
    ['INT16', [-1, 1]],
    ['INT32', [-(2 ** 31), 2 ** 31 - 1]],
    ['INT64', [-(2 ** 53) + 1, 2 ** 53 - 1]],
    ['UINT8', [0, 255]],
    ['UINT16', [65535]],
    ['UINT32', [2 ** 32 - 1]],
    ['UINT64', [2 ** 53 - 1]],
    ['FP32', [0.5, -1.5]],
    ['FP64', [0.1, -1e300]],
    ['BYTES', ['', 'ä', 'two words']],
  ])('carries %s', (datatype, data) => {
    const parameters = { flag: true, count: 3, share: 0.5, name: 'n' };
    const request = { id: '7', parameters, inputs: [tensor(datatype, data)], outputs: [{ name: 'label' }] };
    expect(inferRequestCodec.decode(inferRequestCodec.encode(request))).toEqual(request);
    const answer = {
      model_name: 'm',
      model_version: '1',
      id: '7',
      outputs: [{ ...tensor(datatype, data), parameters }],
    };
    expect(responseCodec.decode(responseCodec.encode(answer))).toEqual(answer);
  });

  it.each([
    ['BOOL', '0100', [true, false]],
    ['INT8', '80ff', [-128, -1]],
    ['INT16', '0080', [-32768]],
    ['UINT16', 'ffff', [65535]],
    ['INT64', 'ffffffffffffffff', [-1]],
    ['UINT64', '0100000000000000', [1]],
    ['FP16', '003c00c00100ff7b', [1, -2, 2 ** -24, 65504]],
    ['BF16', '803f00c0', [1, -2]],
    ['FP32', '0000c03f', [1.5]],
    ['FP64', '000000000000f8bf', [-1.5]],
    ['BYTES', '02000000c3a400000000', ['ä', '']],
  ])('is read where its %s are raw bytes, and written so', (datatype, hex, data) => {
    const raw = Buffer.from(hex, 'hex');
    const answer = responseCodec.decode(rawAnswer(datatype, raw, data.length));
    expect(answer).toEqual({
      model_name: 'm',
      model_version: '3',
      id: '7',
      outputs: [tensor(datatype, data)],
    });
    if (READ_ONLY.includes(datatype)) return;
    const written = fromBinary(ModelInferResponseSchema, responseCodec.encode(answer));
    expect(buffer(written.rawOutputContents[0]!)).toEqual(raw);
    expect(written.outputs[0]!.contents).toBeUndefined();
  });

  it.each([
    ['INT8', 128, 'outputs[0].data[0] must be in the range of INT8, got 128'],
    ['UINT16', 2 ** 16, 'outputs[0].data[0] must be in the range of UINT16, got 65536'],
    ['FP32', 1e39, 'outputs[0].data[0] must be in the range of FP32, got 1e+39'],
    ['FP16', 1, 'outputs[0].datatype must be one that can be written over gRPC, got "FP16"'],
  ])('is not written as an answer where %s cannot hold %p', (datatype, value, problem) => {
    expect(() => responseCodec.encode({ outputs: [tensor(datatype, [value])] })).toThrow(problem);
  });

  it.each([
    [
      'INT64',
      'ffffffffffffff7f',
      'outputs[0].data[0] must be within ±2^53 to become JSON, got "9223372036854775807"',
    ],
    ['FP32', '0000c07f', 'outputs[0].data[0] must be a finite number to become JSON, got NaN'],
    ['FP32', '0000c0', 'outputs[0] must be a multiple of 4 raw bytes (FP32), got 3'],
    ['BYTES', '01000000ff', 'outputs[0].data[0] must be UTF-8 to become JSON, got "ff"'],
    ['BYTES', '0900000061', 'outputs[0] must be strings behind their lengths'],
    ['BYTES', '0900', 'outputs[0] must be strings behind their lengths'],
    ['toString', '00', 'outputs[0].datatype must be one with a raw form, got "toString"'],
  ])('is refused rather than changed: %s %s', (datatype, hex, problem) => {
    const read = () => responseCodec.decode(rawAnswer(datatype, Buffer.from(hex, 'hex'), 1));
    expect(read).toThrow(problem);
  });

  it.each([
    [{ inputs: [tensor('INT64', [2 ** 53])] }],
    [{ inputs: [tensor('INT32', [2 ** 31])] }],
    [{ inputs: [tensor('FP16', [1])] }],
    [{ inputs: [{ ...tensor('FP32', [1]), shape: [2] }] }],
    [{ inputs: 1 }],
    [[]],
  ])('is not written of %j', (request) => {
    expect(() => Message.ofValue(request).packedBy(inferRequestCodec)).toThrow(MalformedBodyError);
  });
});

describe('a packed answer as a request', () => {
  const huge = Buffer.alloc(8);
  huge.writeBigInt64LE(BIG);
  const answer = Message.ofPacked(rawAnswer('INT64', huge, 1), responseCodec);

  it('keeps every bit, also of numbers that JSON has no place for', () => {
    const request = fromBinary(ModelInferRequestSchema, answer.packedBy(inferRequestCodec));
    expect(request).toMatchObject({
      id: '7',
      inputs: [{ name: 'x', datatype: 'INT64', shape: [1n] }],
      outputs: [],
    });
    expect(buffer(request.rawInputContents[0]!)).toEqual(huge);
  });

  it('is the same answer again where it has to be one', () => {
    const request = Message.ofPacked(answer.packedBy(inferRequestCodec), inferRequestCodec);
    const back = fromBinary(ModelInferResponseSchema, request.packedBy(responseCodec));
    expect(buffer(back.rawOutputContents[0]!)).toEqual(huge);
  });

  it('gets the model that it is for', () => {
    const request = withModel(answer.packedBy(inferRequestCodec), { name: 'next', version: '' });
    expect(readModel(request)).toEqual({ name: 'next', version: '' });
    expect(fromBinary(ModelInferRequestSchema, request)).toMatchObject({
      modelName: 'next',
      modelVersion: '',
      id: '7',
    });
  });
});
